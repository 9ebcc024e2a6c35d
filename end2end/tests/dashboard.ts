// What the merchant's tests share: signing in, payments to look at, and finding them.
import type { APIRequestContext, Page } from "@playwright/test";
import { expect } from "../fixtures";
import { CODE, api, type Demo } from "./checkout";

export type Payment = { id: string; payment_intent: string; status: string; amount: number };

const unique = () => Math.random().toString(36).slice(2, 8).toUpperCase();

/** A test card as a program sends it. */
export const card = (number: string) => ({ number, exp_month: 12, exp_year: 2034, cvc: CODE, name: "Test Card" });

/** A payment of a shop's program. Card 0077 is captured at once, the others when their day has come. */
export async function paid(request: APIRequestContext, demo: Demo, change: object = {}): Promise<Payment & { reference: string }> {
  const reference = `E2E-${unique()}`;
  const payment = await api<Payment>(request, demo, "POST", "payments/", {
    amount: 8900,
    currency: "eur",
    order_id: reference,
    card: card("4000000000000077"),
    customer: { name: `Payer ${reference}`, email: `${reference.toLowerCase()}@shop.example` },
    ...change,
  });
  return { ...payment, reference };
}

export async function signIn(page: Page, demo: Demo, path = "/dashboard/payments"): Promise<void> {
  await page.goto(path);
  await page.getByLabel(/E-mail/).fill(demo.email);
  await page.getByLabel(/Password|Mot de passe/).fill(demo.password);
  await page.getByRole("button", { name: /Sign in|Se connecter/ }).click();
  await page.waitForURL((url) => url.pathname !== "/dashboard/sign-in");
}

/** The page answers by itself from here on. */
export async function hydrated(page: Page): Promise<void> {
  await expect(page.locator("html")).toHaveAttribute("data-hydrated", "");
}

export const row = (page: Page, reference: string) => page.getByRole("row").filter({ hasText: reference });
export const address = (payment: Payment) => `/dashboard/payments/${payment.payment_intent}`;
