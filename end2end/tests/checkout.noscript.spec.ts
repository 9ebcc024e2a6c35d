// Without script the server says what the browser would have said.
import { expect, test } from "../fixtures";
import { NUMBERS, ask, button, fill, outcome, path, pay } from "./checkout";

test("a faulty form comes back with what may be shown again", async ({ page, request, demo }) => {
  await page.goto(path(await ask(request, demo)));
  await fill(page, "4242424242424241");
  await page.getByLabel("Expiry date").fill("09/24");
  const answer = page.waitForResponse((response) => response.request().method() === "POST");
  await button(page).click();
  expect((await answer).status()).toBe(422);
  await expect(page).toHaveTitle(/^Error: /);
  await expect(page.locator("#problems")).toBeFocused();
  await expect(page.getByLabel("Card number")).toHaveValue("");
  await expect(page.getByLabel("Security code")).toHaveValue("");
  await expect(page.getByLabel("Expiry date")).toHaveValue("09/24");
  await expect(page.getByLabel("Name on card")).toHaveValue("Test Card");
  await expect(page.getByLabel("Expiry date")).toHaveAccessibleDescription("This card has expired. Use another one.");
});

test("a page that waits for the bank follows by itself", async ({ page, request, demo }) => {
  await page.goto(path(await ask(request, demo)));
  await pay(page, NUMBERS.lost);
  await expect(outcome(page, "We are asking your bank")).toBeVisible();
  await expect(outcome(page, "Payment received")).toBeVisible({ timeout: 25_000 });
});

test("the page returns to the merchant unless the payer stays", async ({ page, request, demo }) => {
  await page.route("https://shop.example/**", (route) => route.fulfill({ contentType: "text/html", body: "<h1>Back in the shop</h1>" }));
  const intent = await ask(request, demo, { return_url: "https://shop.example/thanks" });
  await page.goto(path(intent));
  await pay(page, NUMBERS.pays);
  await page.getByRole("link", { name: "Stay here" }).click();
  await expect(page.getByText("You return to")).toHaveCount(0);
  await page.goto(path(intent));
  await expect(page.getByRole("heading", { name: "Back in the shop" })).toBeVisible();
});
