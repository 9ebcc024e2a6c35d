// What stands around every page, in a browser without script.
import { expect, test } from "../fixtures";
import { address, paid, signIn } from "./dashboard";

test("an id in the search leads to its payment, a page is pinned and unpinned by plain forms", async ({ page, request, demo }) => {
  const payment = await paid(request, demo);
  await signIn(page, demo);
  await page.getByRole("searchbox").fill(payment.id);
  await page.getByRole("searchbox").press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("€89.00");
  await page.goto(address(payment));
  await page.getByRole("button", { name: "Pin this page" }).click();
  const pin = page.getByRole("navigation", { name: "Pinned" }).getByRole("link", { name: `Payment ${payment.reference}` });
  await expect(pin).toBeVisible();
  await page.goto("/dashboard/shortcuts");
  await page.getByRole("button", { name: `Unpin Payment ${payment.reference}` }).click();
  await expect(pin).toHaveCount(0);
  await expect(page.getByRole("heading", { level: 1, name: "Keyboard shortcuts" })).toBeVisible();
});

test("a choice that does not exist is answered by a page", async ({ page, demo }) => {
  await signIn(page, demo);
  const answer = await page.request.post("/dashboard/environment", { form: { environment: "moon" } });
  expect(answer.status()).toBe(422);
  expect(await answer.text()).toContain("<h1>This can’t be chosen");
});
