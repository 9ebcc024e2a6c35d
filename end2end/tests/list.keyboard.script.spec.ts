// The list of payments without a mouse.
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "../fixtures";
import { hydrated, signIn } from "./dashboard";
import { day } from "./home";
import { member } from "./people";

/** By the keyboard alone. */
async function tabTo(page: Page, to: Locator): Promise<void> {
  for (let presses = 0; presses < 120; presses += 1) {
    if (await to.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  await expect(to, "is reached by the Tab key").toBeFocused();
}

test("sorting, columns and views by the keyboard alone", async ({ page, request, demo }) => {
  const name = `Keys ${Math.random().toString(36).slice(2, 8)}`;
  await signIn(page, await member(request, demo, "support"), `/dashboard/payments?to=${day(2)}`);
  await hydrated(page);
  // Wide tables sort by their heads, cards by a menu.
  const head = page.locator("th").getByRole("link", { name: "Amount" });
  if (await head.isVisible()) {
    await tabTo(page, head);
    await page.keyboard.press("Enter");
    await expect(page.locator("th[aria-sort=descending]")).toContainText("Amount");
    await expect(head).toBeFocused();
  } else {
    await tabTo(page, page.locator(".sorts > summary"));
    await page.keyboard.press("Enter");
    await tabTo(page, page.locator(".sorts").getByRole("link", { name: "Largest first" }));
    await page.keyboard.press("Enter");
  }
  await expect(page).toHaveURL(/sort=-amount/);
  await tabTo(page, page.locator(".cols > summary"));
  await page.keyboard.press("Enter");
  await tabTo(page, page.locator(".cols").getByLabel("E-mail"));
  await page.keyboard.press("Space");
  await tabTo(page, page.getByRole("button", { name: "Show these" }));
  await page.keyboard.press("Enter");
  await expect(page.locator("td.email").first()).toBeAttached();
  await tabTo(page, page.locator(".keep > summary"));
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByLabel("Name of the view"));
  await page.keyboard.type(name);
  await page.keyboard.press("Enter");
  const tab = page.getByRole("navigation", { name: "Views" }).getByRole("link", { name });
  await expect(tab).toHaveAttribute("aria-current", "page");
  await tabTo(page, page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: "Paid" }));
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/view=paid/);
  await tabTo(page, tab);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/saved=view_/);
  await tabTo(page, page.locator(".keep > summary"));
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("button", { name: "Delete the view" }));
  await page.keyboard.press("Enter");
  await expect(tab).toHaveCount(0);
});
