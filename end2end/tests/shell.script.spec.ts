// What stands around every page once it answers by itself: the palette, the shortcuts, pages at hand, going from page to page.
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "../fixtures";
import { address, hydrated, paid, signIn } from "./dashboard";

test("the palette finds a payment while one types, and opens it by the keyboard alone", async ({ page, request, demo }) => {
  const payment = await paid(request, demo);
  await signIn(page, demo);
  await hydrated(page);
  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog", { name: "Search and do" });
  await expect(palette.getByRole("combobox")).toBeFocused();
  await expect(palette.getByRole("group", { name: "Pages" }).getByRole("option").first()).toBeVisible();
  await page.keyboard.type(payment.reference);
  const hit = palette.getByRole("group", { name: "Payments" }).getByRole("option", { name: `Payer ${payment.reference}` });
  await expect(hit).toBeVisible();
  await expect(hit).toHaveAttribute("aria-selected", "true");
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.keyboard.press("ArrowDown");
  await expect(palette.getByRole("option", { name: /See all payments/ })).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(address(payment)));
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  await page.keyboard.press("Control+k");
  await page.keyboard.press("Escape");
  await expect(palette).toBeHidden();
});

test("letters go to sections, are listed, and can be turned off", async ({ page, demo }) => {
  await signIn(page, demo);
  await hydrated(page);
  await page.keyboard.press("g");
  await page.keyboard.press("l");
  await expect(page).toHaveURL(/\/dashboard\/links$/);
  await expect(page.getByRole("heading", { level: 1, name: "Payment links" })).toBeFocused();
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(help.getByText("Show these shortcuts")).toBeVisible();
  await help.getByRole("button", { name: "Turn them off" }).click();
  await hydrated(page);
  await page.keyboard.press("?");
  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox")).not.toBeFocused();
  await expect(help).toBeHidden();
});

test("the search bar shows what is found while one types, by kind, and stays a search", async ({ page, request, demo }) => {
  const payment = await paid(request, demo);
  await signIn(page, demo);
  await hydrated(page);
  await page.keyboard.press("/");
  await page.keyboard.type(payment.reference);
  const bar = page.getByRole("searchbox");
  const found = page.getByRole("search").getByRole("listbox", { name: "Results" });
  const hit = found.getByRole("group", { name: "Payments" }).getByRole("option", { name: `Payer ${payment.reference}` });
  await expect(hit).toBeVisible();
  await expect(found.getByRole("group", { name: "Customers" }).getByRole("option")).toContainText([`Payer ${payment.reference}`]);
  await expect(found.getByRole("option", { selected: true })).toHaveCount(0);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
  // Escape folds it and leaves what was typed; typing on unfolds it.
  await page.keyboard.press("Escape");
  await expect(found).toHaveCount(0);
  await expect(bar).toHaveValue(payment.reference);
  await page.keyboard.press("End");
  await page.keyboard.press("Backspace");
  await expect(hit).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await expect(hit).toHaveAttribute("aria-selected", "true");
  await expect(bar).toBeFocused();
  await expect(bar).toHaveAttribute("aria-activedescendant", (await hit.getAttribute("id")) ?? "");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(address(payment)));
  await expect(found).toHaveCount(0);
  // A click opens, and Enter alone asks the list.
  await bar.fill(payment.reference);
  await hit.click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("€89.00");
  await bar.fill(payment.reference);
  await expect(hit).toBeVisible();
  await bar.press("Enter");
  await expect(page).toHaveURL(`/dashboard/payments?q=${payment.reference}`);
  await expect(found).toHaveCount(0);
});
