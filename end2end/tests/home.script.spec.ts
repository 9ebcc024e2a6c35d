// Home where it answers by itself: periods, days under the pointer, tables by the keyboard.
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "../fixtures";
import { hydrated, signIn } from "./dashboard";
import { day, digits, figure, figures } from "./home";

test("periods change in place, in the address, and back", async ({ page, demo }) => {
  await signIn(page, demo, "/dashboard");
  await hydrated(page);
  await page.evaluate(() => document.documentElement.setAttribute("data-same", ""));
  const period = page.getByRole("navigation", { name: "Period" });
  await period.getByRole("link", { name: "7 days" }).click();
  await expect(page).toHaveURL(/\?period=7d$/);
  await expect(page.getByRole("heading", { name: "Last 7 days" })).toBeVisible();
  const volume = figure(figures(page), "Volume paid").getByRole("strong");
  const week = (await volume.textContent()) ?? "";
  await page.getByLabel("From", { exact: true }).fill(day(75));
  await page.getByLabel("To", { exact: true }).fill(day(20));
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await page.waitForURL((url) => url.searchParams.get("from") === day(75) && url.searchParams.get("to") === day(20));
  await expect(volume).not.toHaveText(week);
  const euros = await volume.textContent();
  const currency = page.getByRole("navigation", { name: "Currency" });
  if ((await currency.count()) > 0) {
    await currency.getByRole("link", { name: "USD" }).click();
    await expect(volume).not.toHaveText(euros ?? "");
    await page.goBack();
  }
  await expect(volume).toHaveText(euros ?? "");
  await page.goBack();
  await expect(page.getByRole("heading", { name: "Last 7 days" })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("data-same", "");
});

test("a day under the pointer says its figures, and the table says them all", async ({ page, demo, isMobile }) => {
  await signIn(page, demo, `/dashboard?from=${day(75)}&to=${day(20)}`);
  await hydrated(page);
  const chart = page.getByRole("region", { name: "Volume a day" }).first();
  await expect(chart.getByRole("img")).toHaveAccessibleName(/^Volume a day €/);
  if (!isMobile) {
    await chart.locator(".day").nth(3).hover();
    await expect(chart.locator(".day").nth(3).locator(".tip")).toBeVisible();
  }
  await chart.getByText("Show as a table").focus();
  await page.keyboard.press("Enter");
  const rows = chart.locator("tbody").getByRole("row");
  await expect(rows.first()).toBeVisible();
  expect(await rows.count()).toBe(56);
  const sums = await rows.locator("td:nth-child(2)").allTextContents();
  const all = await figure(figures(page), "Volume paid").getByRole("strong").textContent();
  expect(sums.reduce((sum, text) => sum + digits(text), 0)).toBe(digits(all));
  await rows.first().getByRole("link").click();
  await page.waitForURL((url) => url.pathname === "/dashboard/payments" && url.searchParams.get("from") === day(20));
});

for (const scheme of ["light", "dark"] as const) {
  test(`axe finds nothing on Home in ${scheme}`, async ({ page, demo }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await signIn(page, demo, `/dashboard?lang=${scheme === "dark" ? "fr" : "en"}`);
    await hydrated(page);
    for (const path of ["", "/dashboard/refunds"]) {
      if (path) await page.goto(path);
      const found = await new AxeBuilder({ page }).analyze();
      expect(found.violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
    }
  });
}
