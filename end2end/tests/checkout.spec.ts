// What a payer can do with and without script: everything that is needed to pay.
import { expect, test } from "../fixtures";
import { CODE, NUMBERS, api, ask, attempts, button, fill, outcome, path, pay } from "./checkout";

test("pays and gets a receipt", async ({ page, request, demo }) => {
  const intent = await ask(request, demo);
  await page.goto(path(intent));
  await expect(page.getByRole("heading", { level: 1 })).toContainText("€129.90");
  await pay(page, NUMBERS.pays);
  await expect(outcome(page, "Payment received")).toBeVisible();
  const receipt = page.locator("dl");
  for (const fact of ["€129.90", "Visa •••• 4242", "2026-1187", /paym_\w{24}/]) await expect(receipt).toContainText(fact);
  await page.reload();
  await expect(outcome(page, "Payment received")).toBeVisible();
  expect((await api<{ status: string }>(request, demo, "GET", `payment_intents/${intent.id}`)).status).toBe("captured");
  expect(await attempts(request, demo, intent)).toHaveLength(1);
});

test("is refused, is told what to do, and pays with another card", async ({ page, request, demo }) => {
  const intent = await ask(request, demo);
  await page.goto(path(intent));
  await pay(page, NUMBERS.funds);
  const notice = page.locator("#refused");
  await expect(notice).toContainText("There isn’t enough money available on this card. Use another card.");
  await expect(notice).toContainText("No money was taken.");
  await expect(notice).toContainText("You can try 3 more times.");
  await expect(notice).toBeFocused();
  await expect(page.getByLabel("Card number")).toHaveValue("");
  await pay(page, NUMBERS.pays);
  await expect(outcome(page, "Payment received")).toBeVisible();
});

test("is refused four times and is told that no money was taken", async ({ page, request, demo }) => {
  const intent = await ask(request, demo);
  await page.goto(path(intent));
  for (let tries = 3; tries > 0; tries--) {
    await pay(page, NUMBERS.refused);
    await expect(page.locator("#refused")).toContainText(tries === 1 ? "once more" : `${tries} more times`);
  }
  await pay(page, NUMBERS.refused);
  await expect(outcome(page, "This payment was not made")).toBeVisible();
  await expect(page.getByText("No money was taken.")).toBeVisible();
  await expect(button(page)).toHaveCount(0);
});

test.describe("the bank wants to be asked", () => {
  test("and the payer confirms", async ({ page, request, demo }) => {
    const intent = await ask(request, demo);
    await page.goto(path(intent));
    await pay(page, NUMBERS.challenge);
    await page.getByRole("button", { name: "Approve the payment" }).click();
    await expect(outcome(page, "Payment received")).toBeVisible();
    expect(await attempts(request, demo, intent)).toHaveLength(1);
  });

  test("and the payer declines, then pays with another card", async ({ page, request, demo }) => {
    const intent = await ask(request, demo);
    await page.goto(path(intent));
    await pay(page, NUMBERS.challenge);
    await page.getByRole("button", { name: "Decline" }).click();
    const notice = page.locator("#refused");
    await expect(notice).toContainText("Your bank could not confirm that it was you.");
    await expect(notice).toContainText("No money was taken.");
    await pay(page, NUMBERS.pays);
    await expect(outcome(page, "Payment received")).toBeVisible();
  });

  test("and the payer leaves, is not driven back, and pays with another card", async ({ page, request, demo }) => {
    const intent = await ask(request, demo);
    await page.goto(`${path(intent)}?lang=fr`);
    await pay(page, NUMBERS.challenge, "fr");
    await page.getByRole("link", { name: "Partir sans répondre" }).click();
    await expect(outcome(page, "Votre banque attend votre réponse")).toBeVisible();
    // Longer than the page waits before it goes to the bank by itself.
    await page.waitForTimeout(1500);
    await page.getByRole("link", { name: "Utiliser une autre carte" }).click();
    await pay(page, NUMBERS.pays, "fr");
    await expect(outcome(page, "Paiement accepté")).toBeVisible();
    const paid = (await attempts(request, demo, intent)).filter((status) => ["to_capture", "captured", "authorized"].includes(status));
    expect(paid).toHaveLength(1);
  });
});

test("comes too late", async ({ page, request, demo }) => {
  const { now } = await api<{ now: number }>(request, demo, "GET", "sandbox/clock");
  const intent = await ask(request, demo, { expires_at: now + 60 });
  await page.goto(path(intent));
  await fill(page, NUMBERS.pays);
  await api(request, demo, "POST", "sandbox/clock", { advance_seconds: 120 });
  await button(page).click();
  await expect(outcome(page, "This payment has expired")).toBeVisible();
  await expect(page.getByText("No money was taken.")).toBeVisible();
  expect(await attempts(request, demo, intent)).toHaveLength(0);
});

test("opens an order that is paid already", async ({ page, request, demo }) => {
  const intent = await ask(request, demo);
  await page.goto(path(intent));
  await fill(page, NUMBERS.pays);
  const form = { number: NUMBERS.pays, exp: "12/34", cvc: CODE, name: "Another Tab", shown: "12990eur" };
  const other = await request.post(path(intent), { form });
  expect(await other.text()).toContain("Payment received");
  await button(page).click();
  await expect(outcome(page, "Payment received")).toBeVisible();
  expect(await attempts(request, demo, intent)).toHaveLength(1);
});

test("pays what the page shows, or is shown what is asked now", async ({ page, request, demo }) => {
  const intent = await ask(request, demo, { amount: 1000 });
  await page.goto(path(intent));
  await fill(page, NUMBERS.pays);
  await api(request, demo, "PATCH", `payment_intents/${intent.id}`, { amount: 10000 });
  await page.getByRole("button", { name: "Pay €10.00" }).click();
  const notice = page.locator("#recheck");
  await expect(notice).toContainText("The amount has changed");
  await expect(notice).toContainText("No money was taken.");
  await expect(notice).toBeFocused();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("€100.00");
  await expect(page.getByLabel("Card number")).toHaveValue("");
  await expect(page.getByLabel("Security code")).toHaveValue("");
  await expect(page.getByLabel("Name on card")).toHaveValue("Test Card");
  expect(await attempts(request, demo, intent)).toHaveLength(0);
  await fill(page, NUMBERS.pays);
  await page.getByRole("button", { name: "Pay €100.00" }).click();
  await expect(outcome(page, "Payment received")).toBeVisible();
  await expect(page.locator("dl")).toContainText("€100.00");
  expect(await attempts(request, demo, intent)).toHaveLength(1);
});

test("presses the button twice and pays once", async ({ page, request, demo }) => {
  const intent = await ask(request, demo);
  await page.goto(path(intent));
  await fill(page, NUMBERS.pays);
  await button(page).dblclick();
  await expect(outcome(page, "Payment received")).toBeVisible();
  expect(await attempts(request, demo, intent)).toHaveLength(1);
});

test("sends the form empty and is led to each mistake", async ({ page, request, demo }) => {
  await page.goto(path(await ask(request, demo)));
  await button(page).click();
  const summary = page.locator("#problems");
  await expect(summary).toBeFocused();
  await expect(summary.getByRole("link")).toHaveCount(4);
  const number = page.getByLabel("Card number");
  await expect(number).toHaveAttribute("aria-invalid", "true");
  await expect(number).toHaveAccessibleDescription(/Enter your card number\./);
  await summary.getByRole("link", { name: "Enter your card number." }).click();
  await expect(number).toBeFocused();
  await pay(page, NUMBERS.pays);
  await expect(outcome(page, "Payment received")).toBeVisible();
});

test("pays in French", async ({ page, request, demo }) => {
  const intent = await ask(request, demo);
  await page.goto(`${path(intent)}?lang=fr`);
  await expect(page.locator("html")).toHaveAttribute("lang", "fr");
  await pay(page, NUMBERS.refused, "fr");
  await expect(page.locator("#refused")).toContainText("Aucun montant n’a été débité.");
  await pay(page, NUMBERS.challenge, "fr");
  await page.getByRole("button", { name: "Approuver le paiement" }).click();
  await expect(outcome(page, "Paiement accepté")).toBeVisible();
  await expect(page.locator("dl")).toContainText("129,90\u202f€");
});

test("follows the older form of address", async ({ page, request, demo }) => {
  const intent = await ask(request, demo);
  await page.goto(`/${demo.public_key}/${intent.id}?lang=fr`);
  await pay(page, NUMBERS.pays, "fr");
  await expect(outcome(page, "Paiement accepté")).toBeVisible();
});

test("taps a test card", async ({ page, request, demo }) => {
  await page.goto(path(await ask(request, demo)));
  await page.getByText("Use a test card").click();
  await page.getByRole("link", { name: "Is refused" }).click();
  await expect(page.getByLabel("Card number")).toHaveValue("4000 0000 0000 0002");
  await button(page).click();
  await expect(page.locator("#refused")).toBeVisible();
});

test("meets an address that is none", async ({ page }) => {
  for (const address of ["/test_pi_000000000000000000000000", "/pi_short", "/ptest_unknown/pi_000000000000000000000000"]) {
    expect((await page.goto(address))?.status()).toBe(404);
    await expect(outcome(page, "There is no payment here")).toBeVisible();
  }
});

test("every page is under a strict policy", async ({ page, request, demo }) => {
  const answer = await page.goto(path(await ask(request, demo)));
  const headers = answer?.headers() ?? {};
  expect(headers["content-security-policy"]).toContain("default-src 'none'");
  expect(headers["content-security-policy"]).not.toContain("unsafe-inline");
  expect(headers["cache-control"]).toBe("no-store");
  expect(headers["referrer-policy"]).toBe("same-origin");
  expect(headers["x-robots-tag"]).toBe("noindex");
  expect(await answer?.text()).not.toMatch(/<[^>]+\sstyle=/);
});
