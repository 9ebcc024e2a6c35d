// Home's figures as its tests read them.
import type { Locator, Page } from "@playwright/test";

export const day = (back: number) => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);

/** The digits of "1,284 payments", "12 %". */
export const digits = (text: string | null) => Number((text ?? "").replace(/[^\d]/g, "") || 0);

/** The figures of the chosen period. */
export const figures = (page: Page) => page.locator(".home > ul.figures");

export const figure = (within: Locator, name: string) => within.getByRole("link", { name: new RegExp(`^${name}`) });

export const href = async (link: Locator) => (await link.getAttribute("href")) ?? "";

/** What a list says it holds: how many, and the sum in its one currency. */
export async function listed(page: Page): Promise<{ count: number; sum: string }> {
  const totals = page.locator("main .totals");
  await totals.waitFor();
  const sum = totals.locator(".sum-of");
  const text = ((await sum.count()) > 0 ? await sum.first().textContent() : "") ?? "";
  return { count: digits(await totals.locator("span").first().textContent()), sum: text };
}
