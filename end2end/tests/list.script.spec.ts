// The list of payments once it answers by itself: no page loads, the keyboard, and news that take nothing away.
import type { Locator } from "@playwright/test";
import { expect, test } from "../fixtures";
import { hydrated, paid, signIn } from "./dashboard";
import { day } from "./home";

test("filters, columns and views are one document, and going back finds them as they were", async ({ page, demo }) => {
  await signIn(page, demo);
  await hydrated(page);
  await page.evaluate(() => document.documentElement.setAttribute("data-same", ""));
  await page.locator(".sheet > summary").click();
  await page.locator(".filter-form").getByLabel("Paid", { exact: true }).check();
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(page).toHaveURL("/dashboard/payments?status=paid");
  // What was asked for stands, with its menus.
  await expect(page.locator(".chips")).toContainText("Paid");
  await expect(page.locator(".sheet")).not.toHaveAttribute("open");
  await page.locator(".cols > summary").click();
  await page.locator(".cols").getByLabel("Shop").check();
  await page.getByRole("button", { name: "Show these" }).click();
  await expect(page).toHaveURL(/status=paid&cols=.*shop/);
  await page.goBack();
  await expect(page).toHaveURL("/dashboard/payments?status=paid");
  await expect(page.locator("td.shop")).toHaveCount(0);
  await expect(page.locator("html")).toHaveAttribute("data-same", "");
});

test("rows are walked, chosen and opened by the keyboard", async ({ page, demo }) => {
  // Rows of other days: none arrives meanwhile.
  await signIn(page, demo, `/dashboard/payments?to=${day(2)}`);
  await hydrated(page);
  const links = page.locator("tbody a.cover");
  await page.keyboard.press("j");
  await expect(links.nth(0)).toBeFocused();
  await page.keyboard.press("j");
  await page.keyboard.press("ArrowDown");
  await expect(links.nth(2)).toBeFocused();
  await page.keyboard.press("x");
  await page.keyboard.press("k");
  await page.keyboard.press("x");
  await expect(page.locator("tbody input:checked")).toHaveCount(2);
  await expect(page.locator(".bulk")).toContainText("2 selected");
  await page.keyboard.press("x");
  await expect(page.locator(".bulk")).toContainText("1 selected");
  await page.getByRole("button", { name: "Clear the selection" }).click();
  await expect(page.locator(".bulk")).toBeHidden();
  await links.nth(1).focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/dashboard\/payments\/pi_/);
});

test("news arrive without taking selection, focus or place away", async ({ page, request, demo }) => {
  const first = await paid(request, demo);
  await signIn(page, demo);
  await hydrated(page);
  await expect(page.getByRole("link", { name: first.reference, exact: true })).toBeVisible();
  await page.getByLabel(`Select ${first.reference}`).check();
  const link = page.getByRole("link", { name: first.reference, exact: true });
  await link.focus();
  const second = await paid(request, demo);
  await expect(page.getByRole("link", { name: second.reference, exact: true })).toBeVisible();
  await expect(page.getByLabel(`Select ${first.reference}`)).toBeChecked();
  await expect(page.getByLabel(`Select ${second.reference}`)).not.toBeChecked();
  await expect(link).toBeFocused();
  await expect(page.locator(".bulk")).toContainText("1 selected");
});

test("rows that stay when news arrive answer as before", async ({ page, request, demo }) => {
  const first = await paid(request, demo);
  await signIn(page, demo);
  await hydrated(page);
  await page.getByLabel(`Select ${first.reference}`).check();
  const second = await paid(request, demo);
  await expect(page.getByRole("link", { name: second.reference, exact: true })).toBeVisible();
  // Cards have no head, and no box for all of them.
  const all = page.getByLabel("Select all");
  if (await all.isVisible()) {
    await all.check();
    await expect(page.locator("tbody input[name=ids]:not(:checked)")).toHaveCount(0);
    await page.getByLabel(`Select ${first.reference}`).uncheck();
    await expect(all).not.toBeChecked();
  } else {
    await page.getByLabel(`Select ${second.reference}`).check();
    await page.getByLabel(`Select ${first.reference}`).uncheck();
    await expect(page.locator(".bulk")).toContainText("1 selected");
  }
  await page.getByRole("button", { name: "Clear the selection" }).click();
  await expect(page.locator("tbody input[name=ids]:checked")).toHaveCount(0);
});

const MENUS: { name: string; face: string; fill: (menu: Locator) => Promise<void>; kept: (menu: Locator) => Promise<void> }[] = [
  {
    name: "filters",
    face: ".sheet",
    fill: (menu) => menu.getByLabel("Amount from").fill("17"),
    kept: (menu) => expect(menu.getByLabel("Amount from")).toHaveValue("17"),
  },
  {
    name: "a view's name",
    face: ".keep",
    fill: (menu) => menu.getByLabel("Name of the view").fill("Half a na"),
    kept: (menu) => expect(menu.getByLabel("Name of the view")).toHaveValue("Half a na"),
  },
  {
    name: "columns",
    face: ".cols",
    fill: (menu) => menu.getByLabel("Shop").check(),
    kept: (menu) => expect(menu.getByLabel("Shop")).toBeChecked(),
  },
];

for (const { name, face, fill, kept } of MENUS) {
  test(`${name}: what is typed stays when an answer asked for before comes, which shows once the menu is closed`, async ({ page, request, demo }) => {
    await signIn(page, demo);
    await hydrated(page);
    // The next answer is on its way until it is let go.
    let release = () => {};
    const gate = new Promise<void>((open) => (release = open));
    let held = 0;
    await page.route("**/_fn/payments", async (route) => {
      const response = await route.fetch();
      held += 1;
      await gate;
      await route.fulfill({ response });
    });
    const news = await paid(request, demo);
    await expect.poll(() => held).toBeGreaterThan(0);
    const menu = page.locator(`details${face}`);
    await menu.locator("summary").click();
    await fill(menu);
    const answered = page.waitForResponse("**/_fn/payments");
    release();
    await answered;
    // Longer than a page needs to show what it has.
    await page.waitForTimeout(1500);
    await expect(menu).toHaveAttribute("open", "");
    await kept(menu);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("link", { name: news.reference, exact: true })).toBeVisible();
    await expect(menu.locator("summary")).toBeFocused();
    // Later news may still be on their way.
    await page.unrouteAll({ behavior: "ignoreErrors" });
  });
}

test("the list fits a phone, and its sheets can be used there", async ({ page, demo }) => {
  await signIn(page, demo, "/dashboard/payments?refunds=1&cols=created,reference,name,email,type,method,status,amount&status=paid,refunded");
  await hydrated(page);
  const wide = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(await wide()).toBe(0);
  await page.locator(".sheet > summary").click();
  await expect(page.getByRole("button", { name: "Apply" })).toBeInViewport();
  expect(await wide()).toBe(0);
});
