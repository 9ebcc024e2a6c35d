// A payment's page as every browser gets it: everything known, who may do what, notes, and what programs asked for.
import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures";
import { api, ask, NUMBERS, path, pay, type Demo } from "./checkout";
import { address, card, paid, row, signIn } from "./dashboard";

const region = (page: Page, name: string) => page.getByRole("region", { name, exact: true });
const line = (page: Page, card: string, name: string) => region(page, card).locator(".row").filter({ has: page.getByText(name, { exact: true }) });

/** Minor units, as the page writes them: with a minus where money leaves. */
async function minor(page: Page, name: string): Promise<number> {
  const text = await line(page, "Money", name).locator("dd").innerText();
  return Math.round(Number(text.replace(/,/g, "").replace("−", "-").replace(/\u2212/g, "-")) * 100);
}

/** Reads the page again until `look` finds what it looks for: what programs asked is written down after they are answered. */
async function until(page: Page, look: () => Promise<void>): Promise<void> {
  await expect(async () => {
    await page.reload();
    await look();
  }).toPass();
}

const as = (demo: Demo, email: string) => ({ ...demo, email: `${email}@maison-lefevre.example` });

test("everything known about a payment stands on one page, and its money adds up", async ({ page, request, demo }) => {
  const payment = await paid(request, demo, { description: "Four cups" });
  await api(request, demo, "POST", "refunds/", { payment: payment.id, amount: 2000 });
  await signIn(page, demo, address(payment));
  const lines = ["Captured", "Fee", "Refunds"];
  const sums = await Promise.all(lines.map((name) => minor(page, name)));
  expect(sums).toEqual([8900, -69, -2000]);
  expect(await minor(page, "Net to your balance")).toBe(sums.reduce((sum, one) => sum + one, 0));
  await expect(region(page, "Money")).toContainText(/Available from \d+ \w+/);

  const email = `${payment.reference.toLowerCase()}@shop.example`;
  await expect(region(page, "Payer")).toContainText(email);
  const means = region(page, "Payment method");
  for (const text of ["Visa •••• 0077", "12/2034", "Test Card", "Stored for other payments", "Not asked for"]) await expect(means).toContainText(text);
  const details = region(page, "Details");
  for (const text of [payment.id, payment.payment_intent, payment.reference, "Automatic", "API", "CAPTURED"]) await expect(details).toContainText(text);
  await expect(page.locator(".glance")).toContainText("Four cups");

  await region(page, "Payer").getByRole("link", { name: "All their payments" }).click();
  await expect(row(page, payment.reference)).toBeVisible();
});

test("a card that was only verified speaks of no capture, and of no dispute", async ({ page, demo }) => {
  await signIn(page, demo, "/dashboard/payments?window=all&type=verification");
  await page.locator("tbody a.cover").first().click();
  await expect(region(page, "Details")).toContainText("ACCEPTED");
  await expect(line(page, "Details", "Capture")).toHaveCount(0);
  await expect(line(page, "Details", "Validation")).toHaveCount(0);
  await expect(region(page, "Payment method")).not.toContainText("dispute");
  await expect(region(page, "Money")).not.toContainText("captured");
});

test("a payment that was disputed after its refund is flagged, with the refund as evidence", async ({ page, demo }) => {
  await signIn(page, demo, "/dashboard/payments?window=all&status=disputed&refunds=1");
  const refunded = page.locator("tbody tr:not(.back):has(+ tr.back)").first();
  await refunded.locator("a.cover").click();
  await expect(region(page, "Disputes")).toContainText(/of it had been refunded before/);
  await expect(region(page, "Disputes")).toContainText(/Refund refd_\w+ of .*: Refunded\./);
});

test("a refused attempt says why, what the payer was told, and what to do", async ({ page, request, demo }) => {
  const payment = await paid(request, demo, { card: card(NUMBERS.funds) });
  await signIn(page, demo, address(payment));
  const attempts = region(page, "Attempts on this order");
  await expect(attempts).toContainText("Insufficient funds (51). The same card may be accepted later; another card now.");
  await expect(attempts).toContainText("The payer was told: “There isn’t enough money available on this card. Use another card.”");
});

test("a payer whom their bank did not know is told of in the list, too", async ({ page, request, demo }) => {
  const intent = await ask(request, demo, { order_id: `E2E-${Math.random().toString(36).slice(2, 8)}` });
  await page.goto(path(intent));
  await pay(page, NUMBERS.challenge);
  await page.getByRole("button", { name: "Decline" }).click();
  await expect(page.locator("#refused")).toContainText("Your bank could not confirm");
  await signIn(page, demo, `/dashboard/payments?q=${intent.id}`);
  await page.goto("/dashboard/payments?view=refused");
  await expect(page.getByText("Refused · authentication failed").first()).toBeVisible();
  await page.goto(`/dashboard/payments/${intent.id}`);
  await expect(page.locator(".head")).toContainText("Refused · authentication failed");
  await expect(region(page, "Attempts on this order")).toContainText("Authentication failed. The payer can try again and confirm with their bank.");
  await expect(region(page, "Payment method")).toContainText("The payer’s bank did not vouch for them");
});

test("what nobody has paid yet can be sent again and cancelled", async ({ page, request, demo }) => {
  const intent = await ask(request, demo, { metadata: { cart: "A-17" } });
  await signIn(page, demo, `/dashboard/payments/${intent.id}`);
  await expect(region(page, "Metadata")).toContainText("A-17");
  await expect(region(page, "Payment link")).toContainText(`/test_${intent.id}`);
  await page.getByRole("link", { name: "Cancel…" }).click();
  await expect(page.getByRole("dialog")).toContainText("Nobody can pay it any more");
  await page.getByRole("button", { name: "Cancel €129.90" }).click();
  await expect(page.locator(".notice[role=status]")).toContainText("Cancelled. Nobody can pay it any more.");
  await expect(page.locator(".head")).toContainText("Cancelled");
  await expect(page.getByRole("link", { name: "Cancel…" })).toHaveCount(0);
  await expect(region(page, "Payment link")).toHaveCount(0);
  await page.goto(path(intent));
  await expect(page.getByText(/cancelled/i).first()).toBeVisible();
});

test("validating is offered until the last capture that the authorisation reaches, and says when", async ({ page, request, demo }) => {
  const payment = await paid(request, demo, { card: card(NUMBERS.pays), capture: false });
  await signIn(page, demo, address(payment));
  await expect(page.getByRole("link", { name: "Validate", exact: true })).toBeVisible();
  await expect(line(page, "Details", "Validate before")).toContainText(/22:00/);
  await expect(region(page, "Timeline").locator("li").first()).toContainText(/by \d+ \w+, 22:00/);
  await expect(region(page, "Money")).toContainText("Fee when captured");
  expect((await minor(page, "Fee when captured")) + 8900).toBe(await minor(page, "To come to your balance"));
});

test("the same is asked for again on a link's form", async ({ page, request, demo }) => {
  const payment = await paid(request, demo, { description: "Four cups" });
  await signIn(page, demo, address(payment));
  const href = await page.getByRole("link", { name: "Duplicate…" }).getAttribute("href");
  const query = new URL(href ?? "", "http://x").searchParams;
  expect(Object.fromEntries(query)).toMatchObject({ amount: "8900", currency: "eur", order_id: payment.reference, description: "Four cups" });
});

test("a note is written, changed and deleted by its author, and holds no card number", async ({ page, request, demo }) => {
  const payment = await paid(request, demo);
  await signIn(page, demo, address(payment));
  const timeline = region(page, "Timeline");
  await page.getByLabel("Note for your team").fill("Rang <b>twice</b>,\nno answer.");
  await page.getByRole("button", { name: "Add note" }).click();
  const note = timeline.locator("li.note");
  await expect(note).toContainText("Rang <b>twice</b>,");
  await expect(note).toContainText("Note by");
  await page.reload();
  await expect(note).toHaveCount(1);

  await note.getByRole("link", { name: "Edit" }).click();
  const dialog = page.getByRole("dialog", { name: "Your note" });
  await expect(dialog.getByLabel("Text")).toHaveValue("Rang <b>twice</b>,\nno answer.");
  await dialog.getByLabel("Text").fill("Rang thrice.");
  await dialog.getByRole("button", { name: "Save note" }).click();
  await expect(note).toContainText("Rang thrice.");
  await expect(note).toContainText("edited");

  await page.getByLabel("Note for your team").fill("Pays with 4242 4242 4242 4242 instead");
  await page.getByRole("button", { name: "Add note" }).click();
  await expect(page.getByText("This looks like a card number, which must not be written down.")).toBeVisible();
  // What else was written stays, with script and without.
  await expect(page.getByLabel("Note for your team")).toHaveValue(/^Pays with .* instead$/);
  await expect(note).toHaveCount(1);
  await page.goto(address(payment));
  await expect(note).toHaveCount(1);

  await note.getByRole("link", { name: "Edit" }).click();
  await dialog.getByRole("button", { name: "Delete note" }).click();
  await expect(note).toHaveCount(0);
});

test("what programs asked for stands with the payment, without card data", async ({ page, request, demo }) => {
  const payment = await paid(request, demo);
  const more = await request.post(`${process.env.GUICHET_URL}/v2/refunds/`, {
    headers: { authorization: `Basic ${Buffer.from(`${demo.secret_key}:`).toString("base64")}` },
    data: { payment: payment.id, amount: 9_000_000 },
  });
  expect(more.status()).toBe(409);
  await signIn(page, demo, address(payment));
  const requests = region(page, "API requests");
  await until(page, async () => {
    await expect(requests.getByText("/v2/payments/")).toBeVisible({ timeout: 1_000 });
    await expect(requests.getByText("409 refund_too_high")).toBeVisible({ timeout: 1_000 });
  });
  await requests.locator("summary").filter({ hasText: "/v2/payments/" }).click();
  await expect(requests).toContainText('"number": "•••• 0077"');
  await expect(requests).toContainText('"cvc": "••••"');
  const html = await page.content();
  expect(html).not.toContain("4000000000000077");
});

for (const [name, may] of [
  ["manon", { refund: false, note: false, bodies: false, duplicate: false }],
  ["samir", { refund: true, note: true, bodies: false, duplicate: true }],
  ["clara", { refund: true, note: true, bodies: false, duplicate: false }],
  ["lieke", { refund: false, note: true, bodies: true, duplicate: false }],
] as const) {
  test(`${name} is offered what their role may do, and refused the rest`, async ({ page, request, demo, quiet }) => {
    const [captured, open] = [await paid(request, demo), await paid(request, demo, { card: card(NUMBERS.pays), capture: false })];
    await signIn(page, as(demo, name), `${address(captured)}?lang=en`);
    await until(page, () => expect(region(page, "API requests")).toBeVisible({ timeout: 1_000 }));
    await expect(page.getByRole("link", { name: "Refund…" })).toHaveCount(may.refund ? 1 : 0);
    await expect(page.getByLabel("Note for your team")).toHaveCount(may.note ? 1 : 0);
    await expect(page.getByRole("link", { name: "Duplicate…" })).toHaveCount(may.duplicate ? 1 : 0);
    await expect(region(page, "API requests").locator("details")).toHaveCount(may.bodies ? 1 : 0);
    await page.goto(address(open));
    await expect(page.getByRole("link", { name: /^(Validate|Capture|Cancel|Lower|Move)/ })).toHaveCount(0);
    await page.goto(`${address(open)}?do=cancel`);
    await expect(page.getByRole("dialog")).toHaveCount(0);

    const post = (path: string, form: Record<string, string>) => page.request.post(`/_fn/${path}`, { form, headers: { accept: "application/json" } });
    for (const action of ["validate", "capture", "lower", "cancel", "close"]) {
      const form = { order: open.payment_intent, payment: open.id, action, version: "1", amount: "10", date: "", reason: "" };
      expect((await post("payments/act", form)).status(), action).toBe(403);
    }
    if (!may.refund) {
      const form = { order: captured.payment_intent, payment: captured.id, action: "refund", version: "1", amount: "10", date: "", reason: "" };
      expect((await post("payments/act", form)).status()).toBe(403);
    }
    if (!may.note) {
      const note = { order: captured.payment_intent, note: "note_000000000000000000000000", text: "x" };
      expect((await post("payments/note", note)).status()).toBe(403);
    }
    quiet.length = 0;
  });
}
