// A link watched by the merchant who made it, and taken away by one press.
import { expect, test } from "../fixtures";
import { pay } from "./checkout";
import { hydrated, row, signIn } from "./dashboard";

test("the link's page turns paid before the merchant's eyes, and says so", async ({ page, browser, context, demo }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await signIn(page, demo, "/dashboard/links/new");
  const order = `D-${Math.random().toString(36).slice(2, 8).toUpperCase()}`;
  await page.getByLabel("Amount").fill("33");
  await page.getByLabel("Reference (optional)").fill(order);
  await page.getByRole("button", { name: "Create link" }).dblclick();
  await page.waitForURL(/\/dashboard\/links\/pi_/);
  await hydrated(page);
  await page.getByRole("button", { name: /^Copy/ }).click();
  await expect(page.getByRole("button", { name: /^Copied/ })).toBeVisible();
  const url = await page.evaluate(() => navigator.clipboard.readText());
  expect(url).toContain(new URL(page.url()).pathname.split("/").pop() ?? "-");

  const payer = await browser.newContext();
  const theirs = await payer.newPage();
  await theirs.goto(new URL(url).pathname);
  await pay(theirs, "4000000000000077");
  await expect(page.getByRole("region", { name: "Paid" })).toBeVisible();
  await expect(page.getByRole("status").filter({ hasText: /^Paid\./ })).toBeAttached();
  await payer.close();

  // Pressed twice, made once.
  await page.goto("/dashboard/links");
  await expect(row(page, order)).toHaveCount(1);
});

test("on paper there is the poster and nothing else", async ({ page, demo }) => {
  await signIn(page, demo, "/dashboard/links/new");
  await page.getByLabel("Amount").fill("8");
  await page.getByRole("button", { name: "Create link" }).click();
  await page.waitForURL(/\/dashboard\/links\/pi_/);
  await page.emulateMedia({ media: "print" });
  await expect(page.locator(".poster")).toBeVisible();
  await expect(page.locator(".poster img")).toBeVisible();
  await expect(page.getByRole("heading", { level: 1 })).toBeHidden();
  await expect(page.getByRole("banner").or(page.locator(".shell > header")).first()).toBeHidden();
});
