// The merchant's application once it answers by itself: no page loads, dialogs, the keyboard.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures";
import { address, card, hydrated, paid, row, signIn } from "./dashboard";
import { day } from "./home";

/** Marks the document: a page that is loaded anew has no mark. */
const mark = (page: Page) => page.evaluate(() => document.documentElement.setAttribute("data-same", ""));
const same = (page: Page) => expect(page.locator("html")).toHaveAttribute("data-same", "");

test("list, search, payment and back are one document", async ({ page, request, demo }) => {
  const payment = await paid(request, demo);
  await signIn(page, demo);
  await hydrated(page);
  await mark(page);
  await page.getByRole("searchbox").fill(payment.reference);
  await page.getByRole("searchbox").press("Enter");
  await row(page, payment.reference).getByRole("link").click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("€89.00");
  await expect(page).toHaveTitle(`€89.00 · ${payment.reference} · Guichet`);
  await page.goBack();
  await expect(row(page, payment.reference)).toBeVisible();
  await expect(page.getByRole("searchbox")).toHaveValue(payment.reference);
  await page.getByRole("link", { name: "Clear the search" }).click();
  await expect(page.locator("tbody").getByRole("row")).toHaveCount(10);
  await expect(page.getByRole("searchbox")).toHaveValue("");
  await same(page);
});

test("an id in the search leads straight to its payment", async ({ page, request, demo }) => {
  const payment = await paid(request, demo);
  await signIn(page, demo);
  await hydrated(page);
  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox")).toBeFocused();
  await page.keyboard.type(payment.id);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("€89.00");
});

test("part of a payment is refunded: the dialog says what it does, the page says what came of it", async ({ page, request, demo }) => {
  const payment = await paid(request, demo);
  await signIn(page, demo, address(payment));
  await hydrated(page);
  await mark(page);
  await page.getByRole("link", { name: "Refund…" }).click();
  const dialog = page.getByRole("dialog", { name: "Refund the payment" });
  await expect(dialog).toContainText("Up to €89.00 can go back");
  await expect(dialog.getByRole("button", { name: "Refund €89.00" })).toBeVisible();
  const amount = dialog.getByLabel("Amount in EUR");
  await amount.fill("90");
  await amount.press("Enter");
  await expect(amount).toHaveAccessibleDescription(/At most €89\.00\./);
  await amount.fill("20");
  await dialog.getByRole("button", { name: "Refund €20.00" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.locator(".notice[role=status]")).toContainText("The refund is on its way to the card.");
  await expect(page.locator(".notice[role=status]")).toBeFocused();
  await expect(page.locator(".head")).toContainText("Refunded 20.00");
  await expect(page.getByRole("region", { name: "Refunds" })).toContainText("20.00");
  await page.getByRole("link", { name: "Refund…" }).click();
  await expect(dialog.getByRole("button", { name: "Refund €69.00" })).toBeVisible();
  await same(page);
});

test("a payment to validate is captured in part, another validated, a third cancelled", async ({ page, request, demo }) => {
  const held = { card: card("4242424242424242"), capture: false };
  const [part, whole, none] = [await paid(request, demo, held), await paid(request, demo, held), await paid(request, demo, held)];
  await signIn(page, demo, address(part));
  await hydrated(page);
  await expect(page.locator(".head")).toContainText(/To validate · [67] days left/);
  await page.getByRole("link", { name: "Capture…" }).click();
  await page.getByLabel("Amount in EUR").fill("50.00");
  await page.getByRole("button", { name: "Capture €50.00" }).click();
  await expect(page.locator(".notice[role=status]")).toContainText("The capture is under way.");

  await page.goto(address(whole));
  await hydrated(page);
  await page.getByRole("link", { name: "Validate" }).click();
  await page.getByRole("button", { name: "Validate €89.00" }).click();
  await expect(page.locator(".notice[role=status]")).toContainText("Validated.");
  await expect(page.locator(".head")).not.toContainText("To validate");

  await page.goto(address(none));
  await hydrated(page);
  await page.getByRole("link", { name: "Cancel payment…" }).click();
  await page.getByRole("button", { name: "Cancel €89.00" }).click();
  await expect(page.locator(".notice[role=status]")).toContainText("Cancelled. No money was taken.");
  await expect(page.locator(".head")).toContainText("Cancelled");
});

test("the keyboard alone opens a payment, asks and takes back the question", async ({ page, request, demo }) => {
  const payment = await paid(request, demo);
  // Rows of other days: none arrives meanwhile.
  await signIn(page, demo, `/dashboard/payments?to=${day(2)}`);
  await hydrated(page);
  const links = page.locator("tbody").getByRole("link");
  await links.first().focus();
  await page.keyboard.press("ArrowDown");
  await expect(links.nth(1)).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await expect(links.first()).toBeFocused();
  await page.goto(address(payment));
  await hydrated(page);
  const refund = page.getByRole("link", { name: "Refund…" });
  await refund.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(refund).toBeFocused();
  expect(new URL(page.url()).search).toBe("");
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing, ${colorScheme}`, async ({ page, request, demo }) => {
    await page.emulateMedia({ colorScheme });
    const payment = await paid(request, demo, { card: card("4242424242424242"), capture: false });
    const check = async (what: string) => {
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations, what).toEqual([]);
    };
    await page.goto("/dashboard/sign-in");
    await check("sign-in");
    await signIn(page, demo);
    await hydrated(page);
    await check("list");
    await page.locator(".user summary").click();
    await check("menu");
    await page.goto("/dashboard/payments?q=nothing-is-like-this");
    await check("nothing");
    await page.goto(address(payment));
    await hydrated(page);
    await check("payment");
    await page.getByRole("link", { name: "Capture…" }).click();
    await expect(page.getByRole("dialog")).toBeVisible();
    await check("dialog");
  });
}

test("pages fit a phone without scrolling sideways", async ({ page, request, demo }) => {
  const payment = await paid(request, demo, { amount: 4_294_967_295 });
  await signIn(page, demo);
  for (const path of ["/dashboard/payments", address(payment)]) {
    await page.goto(path);
    await hydrated(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
  }
});
