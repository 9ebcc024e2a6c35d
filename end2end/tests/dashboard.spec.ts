// The merchant's pages as every browser gets them: desktop, phone, and without script.
import { expect, test } from "../fixtures";
import { address, card, paid, row, signIn } from "./dashboard";

test("who isn't signed in is led to sign-in, and from there to the page asked for", async ({ page, request, demo }) => {
  const payment = await paid(request, demo);
  await page.goto(address(payment));
  expect(new URL(page.url()).pathname).toBe("/dashboard/sign-in");
  await expect(page).toHaveTitle("Sign in · Guichet");
  await signIn(page, demo, page.url());
  expect(new URL(page.url()).pathname).toBe(address(payment));
  await expect(page.getByRole("heading", { level: 1 })).toContainText("€89.00");
});

test("nothing leads elsewhere after sign-in", async ({ page, demo }) => {
  await signIn(page, demo, "/dashboard/sign-in?next=https://evil.example/");
  expect(new URL(page.url()).pathname).toBe("/dashboard");
});

test("an unknown e-mail and a wrong password are told apart by nobody", async ({ page, demo }) => {
  const told: string[] = [];
  for (const email of [demo.email, "nobody@shop.example"]) {
    await page.goto("/dashboard/sign-in");
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password").fill("not the password");
    const answer = page.waitForResponse((response) => response.request().method() === "POST");
    await page.getByRole("button", { name: "Sign in" }).click();
    expect((await answer).status()).toBe(401);
    await expect(page.getByLabel("E-mail")).toHaveValue(email);
    await expect(page.getByLabel("Password")).toHaveValue("");
    told.push(await page.getByRole("alert").innerText());
  }
  expect(told[0]).toContain("This e-mail and password don’t go together.");
  expect(told[1]).toBe(told[0]);
});

test("ten failures lock an e-mail, and the page says for how long", async ({ page }) => {
  const email = `locked-${Math.random().toString(36).slice(2)}@shop.example`;
  await page.goto("/dashboard/sign-in");
  for (let tries = 0; tries < 11; tries += 1) {
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password").fill("not the password");
    await Promise.all([
      page.waitForResponse((response) => response.request().method() === "POST"),
      page.getByRole("button", { name: "Sign in" }).click(),
    ]);
    await expect(page.getByRole("alert")).toBeVisible();
  }
  await expect(page.getByRole("alert")).toContainText("Too many failed tries.");
  await expect(page.getByRole("alert")).toContainText(/Try again in 1[45] minutes/);
});

test("the list shows ten a page, and the next ones at an address of their own", async ({ page, demo }) => {
  await signIn(page, demo);
  await expect(page).toHaveTitle("Payments · Guichet");
  const rows = page.locator("tbody").getByRole("row");
  await expect(rows).toHaveCount(10);
  const first = await rows.first().innerText();
  await page.getByRole("link", { name: "Next" }).click();
  await page.waitForURL(/after=/);
  await expect(rows).toHaveCount(10);
  await expect.poll(() => rows.first().innerText()).not.toBe(first);
  await page.getByRole("link", { name: "Previous" }).click();
  await page.waitForURL(/before=/);
  await expect(rows).toHaveCount(10);
});

test("a payment is found by its reference, its payer and its amount", async ({ page, request, demo }) => {
  const amount = 100_000 + Math.floor(Math.random() * 800_000);
  const payment = await paid(request, demo, { amount });
  await signIn(page, demo);
  const digits = `${Math.floor(amount / 100)}.${String(amount % 100).padStart(2, "0")}`;
  for (const text of [payment.reference, `${payment.reference.toLowerCase()}@shop.example`, digits]) {
    await page.getByRole("searchbox").fill(text);
    await page.getByRole("searchbox").press("Enter");
    await page.waitForURL((url) => url.searchParams.get("q") === text);
    await expect(row(page, payment.reference)).toContainText("Paid");
  }
  await page.goto("/dashboard/payments?q=nothing-is-like-this");
  await expect(page.getByRole("heading", { name: "Nothing matches" })).toBeVisible();
  await page.getByRole("link", { name: "Clear the filters" }).click();
  await expect(page.locator("tbody").getByRole("row")).toHaveCount(10);
});

test("a view shows only what its name says", async ({ page, request, demo }) => {
  const payment = await paid(request, demo, { card: card("4000000000009995") });
  await signIn(page, demo, "/dashboard/payments?view=refused");
  await expect(row(page, payment.reference)).toContainText("Refused · insufficient funds");
  await expect(page.locator("tbody").getByText(/^Paid/)).toHaveCount(0);
});

test("a payment tells its story: what happened, why, what came of it", async ({ page, request, demo }) => {
  const payment = await paid(request, demo, { card: card("4000000000009995") });
  await signIn(page, demo, address(payment));
  const timeline = page.getByRole("region", { name: "Timeline" });
  await expect(timeline).toContainText("Refused: insufficient funds (51)");
  await expect(timeline).toContainText("No money was taken.");
  await expect(timeline).toContainText("Payment created by API");
  await expect(page.getByRole("region", { name: "Attempts on this order" })).toContainText("Visa •••• 9995");
  await expect(page.getByRole("link", { name: /Refund|Capture|Cancel/ })).toHaveCount(0);
});

test("a payment is also at its own id, and what isn't one is not found", async ({ page, request, demo }) => {
  const payment = await paid(request, demo);
  await signIn(page, demo, `/dashboard/payments/${payment.id}`);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("€89.00");
  const unknown = await page.goto("/dashboard/payments/pi_000000000000000000000000");
  expect(unknown?.status()).toBe(404);
  await expect(page.getByRole("heading", { name: "There is no such payment here" })).toBeVisible();
  const nowhere = await page.goto("/dashboard/nowhere");
  expect(nowhere?.status()).toBe(404);
});

test("production shows nothing of the sandbox", async ({ page, request, demo }) => {
  const payment = await paid(request, demo);
  await signIn(page, demo);
  await page.locator(".environment summary").click();
  await page.getByRole("button", { name: /^Production/ }).click();
  await expect(page.getByRole("heading", { name: "Your payments will be here" })).toBeVisible();
  await expect(page.locator(".environment summary")).not.toContainText("Sandbox");
  const hidden = await page.goto(address(payment));
  expect(hidden?.status()).toBe(404);
  await page.locator(".environment summary").click();
  await page.getByRole("button", { name: /^Sandbox/ }).click();
  await expect(page.locator("tbody").getByRole("row")).toHaveCount(10);
});

test("signing out ends the session, not only its cookie", async ({ page, context, demo }) => {
  await signIn(page, demo);
  const before = await context.cookies();
  await page.locator(".user summary").click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL(/sign-in/);
  await context.addCookies(before);
  await page.goto("/dashboard/payments");
  expect(new URL(page.url()).pathname).toBe("/dashboard/sign-in");
});

test("the pages speak French to who asks for it", async ({ page, request, demo }) => {
  const payment = await paid(request, demo, { amount: 148_000 });
  await signIn(page, demo);
  await page.locator(".user summary").click();
  await page.getByRole("button", { name: "Français" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Paiements" })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "fr");
  await page.goto(address(payment));
  await expect(page.getByRole("heading", { level: 1 })).toContainText("1\u202f480,00\u202f€");
  await expect(page.getByRole("region", { name: "Chronologie" })).toContainText("Paiement créé par l’API");
});

test("a server function answers nobody without a session", async ({ request }) => {
  for (const path of ["payments", "payment", "payments/act"]) {
    const answer = await request.post(`/_fn/${path}`, { form: { id: "pi_1" }, headers: { accept: "application/json" } });
    expect(answer.status()).toBe(401);
  }
});

test("no page has a style attribute or an inline handler", async ({ page, request, demo }) => {
  const payment = await paid(request, demo);
  await signIn(page, demo);
  for (const path of ["/dashboard/payments", address(payment), `${address(payment)}?do=refund`]) {
    const html = (await (await page.goto(path))?.text()) ?? "";
    expect(html).not.toMatch(/<[^>]+\s(style|on\w+)=/);
  }
});

test("a reference that looks like markup is text everywhere", async ({ page, request, demo }) => {
  const reference = "</title><img src=x>";
  const payment = await paid(request, demo, { order_id: reference });
  await signIn(page, demo);
  const answer = await page.goto(address(payment));
  expect(await answer?.text()).not.toContain(reference);
  await expect(page).toHaveTitle(new RegExp("</title><img src=x> · Guichet$"));
  await expect(page.getByRole("main")).toContainText(reference);
});

test("a request written by hand gets a refusal, never a failure of the server", async ({ page, demo }) => {
  await signIn(page, demo);
  const form = { "content-type": "application/x-www-form-urlencoded" };
  for (const [path, data] of [
    ["payment", ""],
    ["payment", `id=${"x".repeat(100_000)}`],
    ["payment", "id=%ff%fe"],
    ["payments", "asked[view]=nonsense"],
    ["payments/act", "order=a&payment=b&action=c&version=one"],
    ["payments/act", `order=${"x".repeat(100_000)}&payment=b&action=c&version=1`],
    ["nothing", ""],
  ]) {
    const answer = await page.request.post(`/_fn/${path}`, { headers: form, data });
    expect(answer.status(), `${path} ${data.slice(0, 40)}: ${await answer.text()}`).toBeGreaterThanOrEqual(400);
    expect(answer.status(), `${path} ${data.slice(0, 40)}`).toBeLessThan(500);
    expect((await answer.text()).length).toBeLessThan(2_000);
  }
});
