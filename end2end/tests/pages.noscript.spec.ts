// Without script every form still posts.
import { expect, test } from "../fixtures";

test("the payment form posts", async ({ page }) => {
  await page.goto("/test_pi_smoke");
  await page.getByLabel("Card number").fill("4242424242424242");
  const answer = page.waitForResponse((response) => response.request().method() === "POST");
  await page.getByRole("button", { name: "Pay" }).click();
  expect((await answer).status()).toBe(200);
});
