// Live: what changes elsewhere appears in every open window, without loading anew and without getting in anybody's way.
import type { BrowserContext, Page } from "@playwright/test";
import { expect, test } from "../fixtures";
import { api } from "./checkout";
import { address, hydrated, paid, signIn } from "./dashboard";

/** Counts the streams that a page opens, and those still open. */
async function counting(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const streams: EventSource[] = [];
    const Real = EventSource;
    class Counted extends Real {
      constructor(url: string) {
        super(url);
        streams.push(this);
      }
    }
    Object.assign(window, { EventSource: Counted, streams });
  });
}

type Streams = { streams: EventSource[] };
const open = (page: Page) => page.evaluate(() => (window as unknown as Streams).streams.filter((one) => one.readyState === 1).length);
const opened = (page: Page) => page.evaluate(() => (window as unknown as Streams).streams.length);

/** The browser of a test can't hide a window; the page is told so. */
const look = (page: Page, visible: boolean) =>
  page.evaluate((state) => {
    Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
  }, visible ? "visible" : "hidden");

const mark = (page: Page) => page.evaluate(() => document.documentElement.setAttribute("data-same", ""));
const same = (page: Page) => expect(page.locator("html")).toHaveAttribute("data-same", "");

test("a refund made by a program shows in an open window, whose reader is not disturbed", async ({ page, context, request, demo }) => {
  await counting(context);
  const payment = await paid(request, demo);
  await signIn(page, demo, address(payment));
  await hydrated(page);
  await expect.poll(() => open(page)).toBe(1);
  await mark(page);
  await expect(page.locator(".head")).not.toContainText("Refunded");
  // Somebody is about to refund: nothing moves under their hands.
  await page.getByRole("link", { name: "Refund…" }).click();
  const amount = page.getByRole("dialog").getByLabel("Amount in EUR");
  await amount.fill("12");
  await api(request, demo, "POST", "refunds/", { payment: payment.id, amount: 2000 });
  await page.waitForTimeout(1500);
  await expect(amount).toHaveValue("12");
  await page.keyboard.press("Escape");
  await expect(page.locator(".head")).toContainText("Refunded 20.00");
  await same(page);
});

test("a new payment shows on Home, a hidden window asks nothing and catches up when it is seen again", async ({ page, context, request, demo }) => {
  await counting(context);
  await signIn(page, demo, "/dashboard");
  await hydrated(page);
  await expect.poll(() => open(page)).toBe(1);
  await mark(page);
  const today = page.getByRole("region", { name: "Today" }).getByRole("link", { name: "Payments" }).getByRole("strong");
  const count = async () => Number((await today.textContent())?.replaceAll(",", ""));
  const before = await count();
  await paid(request, demo);
  await expect.poll(count).toBeGreaterThan(before);
  await look(page, false);
  await expect.poll(() => open(page)).toBe(0);
  const hidden = await count();
  await paid(request, demo);
  await page.waitForTimeout(1500);
  expect(await count()).toBe(hidden);
  await look(page, true);
  await expect.poll(() => open(page)).toBe(1);
  await expect.poll(count).toBeGreaterThan(hidden);
  await same(page);
});

test("of three windows two have a stream, and signing out in one ends the others", async ({ page, context, demo }) => {
  await counting(context);
  await signIn(page, demo, "/dashboard");
  await hydrated(page);
  await expect.poll(() => open(page)).toBe(1);
  const others = [await context.newPage(), await context.newPage()];
  for (const other of others) {
    await other.goto("/dashboard");
    await hydrated(other);
    await expect.poll(() => open(other)).toBe(1);
  }
  await expect.poll(() => open(page)).toBe(0);
  const tries = await opened(page);
  // Longer than a browser waits before it takes up a stream that broke off.
  await page.waitForTimeout(4000);
  expect(await opened(page)).toBe(tries);
  const [, third] = others;
  await third?.evaluate(() => document.querySelector<HTMLFormElement>('form[action="/dashboard/sign-out"]')?.submit());
  await expect(others[0] as Page).toHaveURL(/\/dashboard\/sign-in/);
});
