// The side bar, where there is room for one.
import { expect, test } from "../fixtures";
import { address, hydrated, paid, signIn } from "./dashboard";
import { speak } from "./desk";

test("a page is pinned, opened from the side bar, and the one before is among the recent", async ({ page, context, request, demo }) => {
  const payment = await paid(request, demo);
  await signIn(page, demo, address(payment));
  await hydrated(page);
  await page.getByRole("button", { name: "Pin this page" }).click();
  const pin = page.getByRole("navigation", { name: "Pinned" }).getByRole("link", { name: `Payment ${payment.reference}` });
  await expect(pin).toHaveAttribute("aria-current", "page");
  // A page that is left at once was only passed through.
  await expect.poll(() => page.evaluate(() => localStorage.getItem("recent"))).toContain(payment.reference);
  await page.getByRole("link", { name: "Payments", exact: true }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: "Payments" })).toBeVisible();
  await expect(page.getByRole("navigation", { name: "Recent" }).getByRole("link", { name: `Payment ${payment.reference}` })).toBeVisible();
  await pin.click();
  await expect(page).toHaveURL(new RegExp(address(payment)));
  // It is called in the language of whoever reads, whatever language it was kept in.
  await speak(context, "fr");
  await page.reload();
  const epinglees = page.getByRole("navigation", { name: "Épinglées" });
  await expect(epinglees.getByRole("link", { name: `Paiement ${payment.reference}` })).toBeVisible();
  await speak(context, "en");
  await page.reload();
  await page.getByRole("button", { name: "Unpin this page" }).click();
  await expect(pin).toHaveCount(0);
});
