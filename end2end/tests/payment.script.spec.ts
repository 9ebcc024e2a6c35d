// A payment's page once it answers by itself: it keeps up, and takes nothing from under anybody's hands.
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "../fixtures";
import { api, NUMBERS } from "./checkout";
import { address, card, hydrated, paid, signIn } from "./dashboard";

test("the page keeps up with what happens, and what is typed stays", async ({ page, request, demo }) => {
  const payment = await paid(request, demo);
  await signIn(page, demo, address(payment));
  await hydrated(page);
  const note = page.getByLabel("Note for your team");
  await note.fill("Half a thought");
  await note.blur();
  await api(request, demo, "POST", "refunds/", { payment: payment.id, amount: 2000 });
  await expect(page.locator(".head")).toContainText("Refunded 20.00");
  await expect(note).toHaveValue("Half a thought");
  await page.getByRole("link", { name: "Refund…" }).click();
  const amount = page.getByLabel("Amount in EUR");
  await amount.fill("5");
  await api(request, demo, "POST", "refunds/", { payment: payment.id, amount: 1000 });
  await expect(amount).toHaveValue("5");
  await page.getByRole("button", { name: "Refund €5.00" }).click();
  await expect(page.locator(".notice[role=status]")).toContainText("The refund is on its way");
  await expect(page.locator(".head")).toContainText("Refunded 35.00");
  await expect(note).toHaveValue("Half a thought");
});

test("a note is there at once, and pressing twice writes one", async ({ page, request, demo }) => {
  const payment = await paid(request, demo);
  await signIn(page, demo, address(payment));
  await hydrated(page);
  await page.getByLabel("Note for your team").fill("Once");
  await page.getByRole("button", { name: "Add note" }).dblclick();
  const notes = page.locator("li.note");
  await expect(notes).toHaveCount(1);
  await expect(page.getByLabel("Note for your team")).toHaveValue("");
  await page.getByLabel("Note for your team").fill("Twice");
  await page.getByRole("button", { name: "Add note" }).click();
  await expect(notes).toHaveCount(2);
  await expect(notes.first()).toContainText("Twice");
});

test("an id is copied by one press", async ({ page, context, request, demo }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const payment = await paid(request, demo);
  await signIn(page, demo, address(payment));
  await hydrated(page);
  await page.getByRole("button", { name: "Copy Intent" }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(payment.payment_intent);
});

for (const [lang, colorScheme] of [["fr", "light"], ["en", "dark"]] as const) {
  test(`axe finds nothing on a payment with all it can have, ${lang}, ${colorScheme}`, async ({ page, request, demo }) => {
    await page.emulateMedia({ colorScheme });
    const payment = await paid(request, demo);
    await api(request, demo, "POST", "refunds/", { payment: payment.id, amount: 2000 });
    await signIn(page, demo, `${address(payment)}?lang=${lang}`);
    await hydrated(page);
    const text = page.locator("#note");
    await text.fill("4242 4242 4242 4242");
    await page.locator(".new-note button").click();
    await expect(text).toHaveAttribute("aria-invalid", "true");
    await text.fill("Une note");
    await page.locator(".new-note button").click();
    await expect(page.locator("li.note")).toHaveCount(1);
    const check = async (what: string) => {
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations, what).toEqual([]);
    };
    await expect(async () => {
      await page.reload();
      await expect(page.locator(".requests summary").first()).toBeVisible({ timeout: 1_000 });
    }).toPass();
    await hydrated(page);
    await page.locator(".requests summary").first().click();
    await check("page");
    await page.locator("li.note a").click();
    await expect(page.getByRole("dialog")).toBeVisible();
    await check("note");
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
  });
}
