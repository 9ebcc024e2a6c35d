// The whole way of one payment: a shop's program asks for it, a payer pays, the merchant finds it and gives part of it back, and both see it.
import { expect, test } from "../fixtures";
import { api, ask, outcome, path, pay } from "./checkout";
import { row, signIn } from "./dashboard";

type Listed = { refunds: { amount: number; status: string }[] };

test("asked for, paid, found, refunded in part, and seen on both sides", async ({ page, request, demo }, { project }) => {
  const reference = `STORY-${project.name}-${Math.random().toString(36).slice(2, 7)}`.toUpperCase();
  const intent = await ask(request, demo, { order_id: reference, amount: 12990 });
  expect(intent.status).toBe("require_payment_method");

  await page.goto(path(intent));
  await expect(page.getByRole("heading", { level: 1 })).toContainText("€129.90");
  await pay(page, "4000000000000077");
  await expect(outcome(page, "Payment received")).toBeVisible();
  await expect(page.locator(".receipt")).toContainText(reference);

  await signIn(page, demo, `/dashboard/payments?q=${reference}`);
  const found = row(page, reference);
  await expect(found).toContainText("129.90");
  await expect(found).toContainText("Paid");
  await found.getByRole("link").first().click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("€129.90");
  await page.getByRole("link", { name: "Refund…" }).click();
  await page.getByLabel("Amount in EUR").fill("20.00");
  await page.getByRole("button", { name: /^Refund( €20\.00)?$/ }).click();
  await expect(page.locator(".notice[role=status]")).toContainText("The refund is on its way to the card.");
  await expect(page.getByText("Refunded 20.00").first()).toBeVisible();

  const { refunds } = await api<Listed>(request, demo, "GET", `payment_intents/${intent.id}/refunds`);
  expect(refunds.map(({ amount, status }) => ({ amount, status }))).toEqual([{ amount: 2000, status: "to_refund" }]);
  await page.goto(path(intent));
  await expect(page.locator(".receipt")).toContainText("Refunded");
  await expect(page.locator(".receipt")).toContainText("€20.00");
});
