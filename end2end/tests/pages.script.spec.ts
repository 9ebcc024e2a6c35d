// Both applications answer by themselves once their wasm is there.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures";

async function hydrated(page: Page): Promise<void> {
  await expect(page.locator("html")).toHaveAttribute("data-hydrated", "");
}

for (const path of ["/test_pi_smoke", "/dashboard"]) {
  test(`${path} hydrates without a word and is accessible`, async ({ page }) => {
    await page.goto(path);
    await hydrated(page);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations).toEqual([]);
  });
}

test("what the payer typed before the wasm arrived stays, and is grouped from then on", async ({ page }) => {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route("**/*.wasm", async (route) => {
    await released;
    await route.continue();
  });
  await page.goto("/test_pi_smoke");
  const number = page.getByLabel("Card number");
  await number.fill("42424242");
  release();
  await hydrated(page);
  await expect(number).toHaveValue("42424242");
  await number.press("End");
  await number.pressSequentially("4");
  await expect(number).toHaveValue("4242 4242 4");
});

test("the dashboard answers to a click", async ({ page }) => {
  await page.goto("/dashboard");
  await expect(page.getByText(/^Version \d/)).toBeVisible();
  await hydrated(page);
  const about = page.getByRole("button", { name: "About" });
  await expect(about).toHaveAttribute("aria-expanded", "false");
  await about.click();
  await expect(about).toHaveAttribute("aria-expanded", "true");
});
