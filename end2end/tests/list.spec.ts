// The list of payments as every browser gets it: desktop, phone, and without script.
import type { APIRequestContext, Page } from "@playwright/test";
import { expect, test } from "../fixtures";
import { type Demo } from "./checkout";
import { card, paid, row, signIn } from "./dashboard";
import { member } from "./people";

const rows = (page: Page) => page.locator("table.payments > tbody > tr:not(.back)");
const chips = (page: Page) => page.locator(".chips");
const query = (page: Page) => new URL(page.url()).searchParams;

/** Some payments that only share this word, of 10, 20, … euros; every second one was refused. */
async function some(request: APIRequestContext, demo: Demo, count: number): Promise<string> {
  const word = `L${Math.random().toString(36).slice(2, 9)}`;
  for (let number = 1; number <= count; number += 1) {
    await paid(request, demo, {
      amount: number * 1000,
      order_id: `${word}-${number}`,
      description: number === 1 ? "=HYPERLINK(1)" : undefined,
      card: card(number % 2 ? "4000000000000077" : "4000000000009995"),
      customer: { name: `Payer ${word}`, email: `${word}.${number}@shop.example` },
    });
  }
  return word;
}

/** Opens a menu by its face; a sheet covers the page on phones. */
async function open(page: Page, name: RegExp): Promise<void> {
  const menu = page.locator("details.menu").filter({ has: page.locator("summary", { hasText: name }) });
  if ((await menu.getAttribute("open")) === null) await menu.locator("summary").click();
}

test("filters combine, stand as chips, live in the address, and are taken back one by one or all", async ({ page, request, demo }) => {
  const word = await some(request, demo, 4);
  await signIn(page, demo, `/dashboard/payments?q=${word}`);
  await expect(rows(page)).toHaveCount(4);
  await expect(chips(page)).toContainText("last 3 months, since");
  await open(page, /^Filters/);
  const form = page.locator(".filter-form");
  await form.getByLabel("Refused", { exact: true }).check();
  await form.getByLabel("Amount from").fill("30");
  await form.getByLabel("Currency").selectOption("eur");
  await form.getByRole("button", { name: "Apply" }).click();
  await page.waitForURL(/status=refused/);
  await expect(rows(page)).toHaveCount(1);
  await expect(row(page, `${word}-4`)).toContainText("Refused");
  for (const text of ["Status Refused", "Amount at least", "Currency EUR", `Search ${word}`]) await expect(chips(page)).toContainText(text);
  expect(query(page).get("min")).toBe("30");
  await page.reload();
  await expect(rows(page)).toHaveCount(1);
  await expect(page.locator(".totals")).toContainText("1 payment");
  await expect(page.locator(".totals")).toContainText("€40.00");
  await chips(page).getByRole("link", { name: /^Status/ }).click();
  await expect(rows(page)).toHaveCount(2);
  await page.goBack();
  await expect(rows(page)).toHaveCount(1);
  await page.getByRole("link", { name: "Clear all" }).last().click();
  await expect(rows(page)).toHaveCount(10);
  expect([...query(page).keys()]).toEqual([]);
});

test("to includes its whole day, and the window is widened by one click", async ({ page, request, demo }) => {
  const word = await some(request, demo, 1);
  await signIn(page, demo, `/dashboard/payments?q=${word}`);
  const today = await page.locator("tbody time").first().getAttribute("datetime");
  const day = new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/Paris" }).format(new Date(today ?? ""));
  await page.goto(`/dashboard/payments?q=${word}&from=${day}&to=${day}`);
  await expect(rows(page)).toHaveCount(1);
  await page.goto(`/dashboard/payments?q=${word}&to=2020-01-01`);
  await expect(page.getByRole("heading", { name: "Nothing matches" })).toBeVisible();
  await chips(page).getByRole("link", { name: /Show all dates/ }).click();
  await expect(rows(page)).toHaveCount(1);
  await expect(chips(page)).toContainText("at any time");
});

test("the search understands fields, ranges, quotes and without, and says what it does not", async ({ page, request, demo }) => {
  const word = await some(request, demo, 3);
  await signIn(page, demo);
  const found = async (text: string, numbers: number[]) => {
    await page.goto(`/dashboard/payments?q=${encodeURIComponent(text)}`);
    await expect(rows(page)).toHaveCount(numbers.length);
    for (const number of numbers) await expect(row(page, `${word}-${number}`)).toBeVisible();
  };
  await found(`name:"Payer ${word}" amount:20..30`, [2, 3]);
  await found(`email:${word}.1`, [1]);
  await found(`order_id:${word}-3`, [3]);
  await found(`${word} -status:refused`, [1, 3]);
  await found(`${word} last4:9995 created:today`, [2]);
  await found(`${word} amount:>10 type:payment currency:eur method:card`, [2, 3]);
  await page.goto(`/dashboard/payments?q=${encodeURIComponent(`${word} amount:ten`)}&status=nonsense`);
  await expect(page.locator(".hints")).toContainText("“ten” can’t be read as amount");
  await expect(page.locator(".hints")).toContainText("left out: status");
  await expect(rows(page)).toHaveCount(3);
});

test("the list is sorted by amount and by time, both ways", async ({ page, request, demo }) => {
  const word = await some(request, demo, 3);
  await signIn(page, demo);
  for (const [sort, order] of [["-amount", [3, 2, 1]], ["amount", [1, 2, 3]], ["created", [1, 2, 3]], ["-created", [3, 2, 1]]] as const) {
    await page.goto(`/dashboard/payments?q=${word}&sort=${sort}`);
    await expect(rows(page).locator(".reference")).toHaveText(order.map((number) => `${word}-${number}`));
  }
  await expect(page.locator("th[aria-sort]")).toHaveAttribute("aria-sort", "descending");
});

test("columns are chosen for an address and kept as one's own", async ({ page, request, demo }) => {
  const word = await some(request, demo, 1);
  await signIn(page, await member(request, demo, "support"), `/dashboard/payments?q=${word}`);
  await expect(page.locator("td.email")).toHaveCount(0);
  await open(page, /^Columns/);
  await page.locator(".cols").getByLabel("E-mail").check();
  await page.locator(".cols").getByLabel("Id", { exact: true }).check();
  await page.getByRole("button", { name: "Show these" }).click();
  await page.waitForURL(/cols=/);
  await expect(page.locator("td.email")).toHaveText(`${word}.1@shop.example`);
  await expect(page.locator("td.id")).toHaveText(/^pi_/);
  await open(page, /^Columns/);
  await page.getByRole("button", { name: "Keep as my default" }).click();
  await page.waitForURL((url) => !url.search.includes("cols"));
  await expect(page.locator("td.email")).toHaveCount(1);
  await open(page, /^Columns/);
  await page.getByRole("link", { name: "Back to the usual ones" }).click();
  await page.waitForURL(/cols=/);
  await expect(page.locator("td.email")).toHaveCount(0);
  await open(page, /^Columns/);
  await page.getByRole("button", { name: "Keep as my default" }).click();
  await page.waitForURL((url) => !url.search.includes("cols"));
  await expect(page.locator("td.email")).toHaveCount(0);
});

test("a view is kept under a name, applied, changed and deleted", async ({ page, request, demo }) => {
  const word = await some(request, demo, 2);
  await signIn(page, demo, `/dashboard/payments?q=${word}&status=refused`);
  await open(page, /Save view/);
  await page.getByLabel("Name of the view").fill(word);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.waitForURL(/saved=view_/);
  const tab = (name: string) => page.getByRole("navigation", { name: "Views" }).getByRole("link", { name });
  await expect(tab(word)).toHaveAttribute("aria-current", "page");
  await page.goto("/dashboard/payments?window=all");
  await tab(word).click();
  await page.waitForURL(/saved=view_/);
  await expect(rows(page)).toHaveCount(1);
  expect(query(page).get("window"), "a view without dates keeps those looked at").toBe("all");
  await open(page, /Change the view/);
  await page.getByLabel("Name of the view").fill(`${word}!`);
  await page.getByLabel("Everybody of the account sees it").check();
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(tab(`${word}!`)).toContainText("shared");
  await open(page, /Change the view/);
  await page.getByRole("button", { name: "Delete the view" }).click();
  await expect(tab(word)).toHaveCount(0);
  await expect(rows(page)).toHaveCount(1);
});

test("the file has exactly the rows of the list, in its order, and no formula", async ({ page, request, demo }) => {
  const word = await some(request, demo, 13);
  await signIn(page, demo, `/dashboard/payments?q=${word}&sort=amount`);
  const href = await page.getByRole("link", { name: "Export CSV" }).getAttribute("href");
  const answer = await page.request.get(href ?? "");
  expect(answer.headers()["content-type"]).toBe("text/csv; charset=utf-8");
  expect(answer.headers()["content-disposition"]).toMatch(/^attachment; filename="payments-sandbox-\d{4}-\d\d-\d\d\.csv"$/);
  const [head, ...lines] = (await answer.text()).trim().split("\r\n").map((line) => line.split(","));
  const column = (name: string) => lines.map((line) => line[head.indexOf(name)]);
  const seen: string[] = [];
  for (;;) {
    await expect(rows(page).first()).toBeVisible();
    for (const one of await rows(page).all()) seen.push(`${await one.locator(".reference").innerText()} ${await one.locator(".amount").innerText()}`);
    const next = page.getByRole("link", { name: "Next", exact: true });
    if ((await next.count()) === 0) break;
    await next.click();
    await page.waitForURL(/after=/);
    await expect(page.getByText(seen[0].split(" ")[0], { exact: true })).toHaveCount(0);
  }
  expect(seen).toHaveLength(13);
  expect(column("reference").map((reference, at) => `${reference} ${column("amount")[at]} ${column("currency")[at]}`)).toEqual(seen);
  expect(column("description")[0]).toBe("'=HYPERLINK(1)");
  expect(new Set(column("id")).size).toBe(13);
  expect(column("created")[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0[12]:00$/);
  const two = await page.request.get(`/dashboard/payments.csv?ids=${column("id").slice(3, 5).join(",")}`);
  expect((await two.text()).trim().split("\r\n")).toHaveLength(3);
});

test("several payments are refunded at once, and each row says what became of it", async ({ page, request, demo }) => {
  const word = await some(request, demo, 3);
  await signIn(page, demo, `/dashboard/payments?q=${word}`);
  for (const number of [1, 2, 3]) await page.getByLabel(`Select ${word}-${number}`, { exact: true }).check();
  await page.getByRole("button", { name: "Refund…" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Refund several payments" })).toBeVisible();
  await expect(row(page, `${word}-2`)).toContainText("Can’t be refunded");
  await expect(page.getByText("€40.00 go back to the payers.")).toBeVisible();
  await page.getByLabel("Reason, for all of them").fill("Sent broken");
  await page.getByRole("button", { name: "Refund 2 payments" }).click();
  await page.waitForURL(/told=/);
  await expect(page.getByText("2 refunds are on their way.")).toBeVisible();
  await expect(row(page, `${word}-1`)).toContainText("Refunded 10.00");
  await page.goto(`/dashboard/payments?q=${word}&refunds=1`);
  await expect(page.locator("tr.back")).toHaveCount(2);
  await expect(page.locator("tr.back").first()).toContainText("Sent broken");
  await expect(page.locator("tr.back").last()).toContainText("10.00");
});
