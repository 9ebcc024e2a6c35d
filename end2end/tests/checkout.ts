// What the payer's tests share: asking for a payment as a shop does, and paying as a payer does.
import type { APIRequestContext, Page } from "@playwright/test";
import { expect } from "../fixtures";

export type Demo = Record<string, string>;
export type Intent = { id: string; url: string; status: string };

const authorization = (demo: Demo) => `Basic ${Buffer.from(`${demo.secret_key}:`).toString("base64")}`;

/** Calls the API with the demonstration shop's key. */
export async function api<T>(request: APIRequestContext, demo: Demo, method: string, path: string, data?: object): Promise<T> {
  const answer = await request.fetch(`${process.env.GUICHET_URL}/v2/${path}`, {
    method,
    headers: { authorization: authorization(demo) },
    data,
  });
  expect(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`).toBe(true);
  return answer.json();
}

/** A payment intent of €129.90. */
export function ask(request: APIRequestContext, demo: Demo, change: object = {}): Promise<Intent> {
  const wanted = { amount: 12990, currency: "eur", description: "Teapot and cups", order_id: "2026-1187" };
  return api(request, demo, "POST", "payment_intents/", { ...wanted, ...change });
}

/** The statuses of every attempt on an intent. */
export async function attempts(request: APIRequestContext, demo: Demo, intent: Intent): Promise<string[]> {
  const { payments } = await api<{ payments: { status: string }[] }>(request, demo, "GET", `payment_intents/${intent.id}/payments`);
  return payments.map((payment) => payment.status);
}

export const NUMBERS = {
  pays: "4242424242424242",
  refused: "4000000000000002",
  funds: "4000000000009995",
  challenge: "4000000000003220",
  lost: "4000000000008401",
  late: "4000000000008609",
};

/** A code that nothing else is made of (no count on a page begins with a zero): when the tests are done, it is looked for where none may be. */
export const CODE = "093";

/** The labels of the form in each language. */
const LABELS = {
  en: ["Card number", "Expiry date", "Security code", "Name on card", /^Pay / ],
  fr: ["Numéro de carte", "Date d’expiration", "Code de sécurité", "Nom sur la carte", /^Payer / ],
} as const;

export async function fill(page: Page, number: string, lang: "en" | "fr" = "en"): Promise<void> {
  const [cardNumber, expiry, code, name] = LABELS[lang];
  await page.getByLabel(cardNumber).fill(number);
  await page.getByLabel(expiry).fill("12 / 34");
  await page.getByLabel(code).fill(CODE);
  await page.getByLabel(name).fill("Test Card");
}

export const button = (page: Page, lang: "en" | "fr" = "en") => page.getByRole("button", { name: LABELS[lang][4] });

export async function pay(page: Page, number: string, lang: "en" | "fr" = "en"): Promise<void> {
  await fill(page, number, lang);
  await button(page, lang).click();
}

export const outcome = (page: Page, name: string) => page.getByRole("heading", { name, exact: true });

export async function hydrated(page: Page): Promise<void> {
  await expect(page.locator("html")).toHaveAttribute("data-hydrated", "");
}

/** The path of an intent's page, for the address under which the test's server listens. */
export const path = (intent: Intent) => new URL(intent.url).pathname;
