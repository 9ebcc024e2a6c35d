// The merchant gives money back in a browser without script.
import { expect, test } from "../fixtures";
import { address, card, paid, row, signIn } from "./dashboard";

test("sign in, find a payment, refund part of it", async ({ page, request, demo }) => {
  const payment = await paid(request, demo);
  await signIn(page, demo);
  await page.getByRole("searchbox").fill(payment.reference);
  await page.getByRole("searchbox").press("Enter");
  await row(page, payment.reference).getByRole("link").click();
  await page.getByRole("link", { name: "Refund…" }).click();
  await page.getByLabel("Amount in EUR").fill("20");
  await page.getByLabel("Reason (optional)").fill("One cup broken");
  await page.getByRole("button", { name: "Refund" }).click();
  await expect(page.locator(".notice[role=status]")).toContainText("The refund is on its way to the card.");
  await expect(page.getByRole("main")).toContainText("Refunded 20.00");
  await expect(page.getByRole("region", { name: "Timeline" })).toContainText("“One cup broken”");
});

test("a refusal stands next to its cause, and what was refused did not happen", async ({ page, request, demo }) => {
  const payment = await paid(request, demo);
  await signIn(page, demo, `${address(payment)}?do=refund`);
  await page.getByLabel("Amount in EUR").fill("89,01");
  await page.getByRole("button", { name: "Refund" }).click();
  const amount = page.getByLabel("Amount in EUR");
  await expect(amount).toHaveAttribute("aria-invalid", "true");
  await expect(amount).toHaveAccessibleDescription(/At most €89\.00\./);
  await page.goto(address(payment));
  await expect(page.getByRole("main")).not.toContainText("Refunded");
});

test("a form that is posted twice gives back once", async ({ page, context, request, demo }) => {
  const payment = await paid(request, demo);
  await signIn(page, demo, `${address(payment)}?do=refund`);
  const twin = await context.newPage();
  await twin.goto(`${address(payment)}?do=refund`);
  for (const tab of [page, twin]) {
    await tab.getByLabel("Amount in EUR").fill("20.00");
    await tab.getByRole("button", { name: "Refund" }).click();
    await expect(tab.locator(".notice[role=status]")).toBeVisible();
  }
  await expect(twin.getByRole("main")).toContainText("Refunded 20.00");
});

test("a payment is validated and cancelled by plain forms", async ({ page, request, demo }) => {
  const [one, two] = [await paid(request, demo, { card: card("4242424242424242"), capture: false }), await paid(request, demo, { card: card("4242424242424242") })];
  await signIn(page, demo, address(one));
  await page.getByRole("link", { name: "Validate" }).click();
  await page.getByRole("button", { name: "Validate €89.00" }).click();
  await expect(page.locator(".notice[role=status]")).toContainText("Validated.");
  await page.goto(address(two));
  await page.getByRole("link", { name: "Cancel payment…" }).click();
  await page.getByRole("button", { name: "Cancel €89.00" }).click();
  await expect(page.locator(".notice[role=status]")).toContainText("Cancelled.");
  await expect(page.getByRole("region", { name: "Timeline" })).toContainText("the amount is released on the card");
});

test("what has become impossible meanwhile is told, and not done", async ({ page, context, request, demo }) => {
  const payment = await paid(request, demo, { card: card("4242424242424242") });
  await signIn(page, demo, `${address(payment)}?do=cancel`);
  const other = await context.newPage();
  await other.goto(`${address(payment)}?do=cancel`);
  for (const tab of [other, page]) await tab.getByRole("button", { name: "Cancel €89.00" }).click();
  await expect(page.getByRole("alert")).toContainText("That was not done");
  await expect(page.getByRole("alert")).toContainText("The payment has changed in the meantime");
});
