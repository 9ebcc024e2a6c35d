// Payment links as every browser makes and watches them: desktop, phone, and without script.
import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures";
import { NUMBERS, pay } from "./checkout";
import { signIn } from "./dashboard";

const reference = () => `L-${Math.random().toString(36).slice(2, 8).toUpperCase()}`;
const heading = (page: Page, name: string | RegExp) => page.getByRole("heading", { level: 1, name });

async function make(page: Page, fields: Record<string, string>): Promise<string> {
  for (const [label, text] of Object.entries(fields)) await page.getByLabel(label).fill(text);
  await page.getByRole("button", { name: "Create link" }).click();
  await page.waitForURL(/\/dashboard\/links\/pi_/);
  return (await page.locator(".copyable .text").first().innerText()).trim();
}

test("a link is made, opened by somebody else, paid, and stands among the paid ones", async ({ page, browser, demo }) => {
  const order = reference();
  await signIn(page, demo, "/dashboard/links");
  await expect(page).toHaveTitle("Payment links · Guichet");
  await page.getByRole("link", { name: "New payment link" }).first().click();
  await expect(heading(page, "New payment link")).toBeVisible();
  const url = await make(page, {
    Amount: "45",
    "Reference (optional)": order,
    "Description (optional)": "Two bowls",
    "Name": "Camille Durand",
    "E-mail": `${order.toLowerCase()}@shop.example`,
  });
  await expect(page.getByRole("status").filter({ hasText: "The link is ready" })).toBeVisible();
  await expect(heading(page, /€45\.00/)).toBeVisible();
  await expect(page.getByRole("region", { name: "Waiting for the payer" })).toBeVisible();
  expect(new URL(url).pathname).toMatch(/^\/test_pi_/);
  const mail = decodeURIComponent((await page.getByRole("link", { name: "Send by e-mail" }).getAttribute("href")) ?? "");
  expect(mail).toMatch(new RegExp(`^mailto:${order.toLowerCase()}@shop.example\\?subject=`));
  expect(mail).toContain(url);

  // The code is a picture of its own, in both senses.
  const code = page.getByRole("img", { name: "QR code of the link that pays €45.00" });
  const picture = await page.request.get((await code.getAttribute("src")) ?? "");
  expect(picture.headers()["content-type"]).toBe("image/svg+xml");
  expect(await picture.text()).toContain('fill="#fff"');

  const payer = await browser.newContext();
  const theirs = await payer.newPage();
  await theirs.goto(new URL(url).pathname);
  await expect(theirs.getByText("Two bowls").first()).toBeVisible();
  await pay(theirs, "4000000000000077");
  await expect(theirs.getByRole("heading", { level: 1 })).toBeVisible();
  await payer.close();

  await page.reload();
  await expect(page.getByRole("region", { name: "Paid" })).toContainText("Camille Durand has paid.");
  await expect(page.getByRole("link", { name: "Cancel link…" })).toHaveCount(0);
  await page.goto("/dashboard/links?view=paid");
  await page.getByRole("row").filter({ hasText: order }).getByRole("link").click();
  await page.getByRole("link", { name: "The payment", exact: true }).click();
  await expect(heading(page, /€45\.00/)).toBeVisible();
  await expect(page.getByRole("main")).toContainText(order);
});

test("everything wrong is told at once beside its field, and what was typed stays", async ({ page, demo }) => {
  await signIn(page, demo, "/dashboard/links/new");
  await page.getByLabel("Amount").fill("a lot");
  await page.getByLabel("Description (optional)").fill("ab");
  await page.getByLabel("E-mail").fill("nobody");
  await page.getByLabel("Works for").selectOption({ label: "Until a day…" });
  await page.getByLabel("E-mail").press("Enter");
  await expect(page.getByRole("alert")).toContainText("4 things to correct");
  for (const label of ["Amount", "Description (optional)", "E-mail", "Last day"]) {
    await expect(page.getByLabel(label)).toHaveAttribute("aria-invalid", "true");
  }
  await expect(page.getByLabel("Amount")).toHaveValue("a lot");
  await expect(page.getByLabel("Description (optional)")).toHaveAccessibleDescription(/3 to 64 characters/);
  await page.getByRole("alert").getByRole("link").first().click();
  await expect(page.getByLabel("Amount")).toBeFocused();
  await page.getByLabel("Works for").selectOption({ label: "7 days" });
  await make(page, { Amount: "12,50", "Description (optional)": "Cups", "E-mail": "" });
  await expect(heading(page, /€12\.50/)).toBeVisible();
});

test("an address fills the form, another is made from a link, and a cancelled one can't be paid", async ({ page, demo }) => {
  const order = reference();
  const query = new URLSearchParams({ amount: "990", currency: "chf", order_id: order, description: "Tea" });
  await signIn(page, demo, `/dashboard/links/new?${query}`);
  await expect(page.getByLabel("Amount")).toHaveValue("9.90");
  await expect(page.getByLabel("Currency")).toHaveValue("chf");
  const url = await make(page, {});
  await expect(heading(page, /9\.90/)).toBeVisible();
  await page.getByRole("link", { name: "Cancel link…" }).click();
  await page.getByRole("button", { name: /^Cancel the link for/ }).click();
  await expect(page.getByRole("status").filter({ hasText: "nobody can pay by it any more" })).toBeVisible();
  await expect(page.getByRole("region", { name: "The link has ended" })).toBeVisible();
  await page.getByRole("link", { name: "Make another" }).click();
  await expect(page.getByLabel("Amount")).toHaveValue("9.90");
  await expect(page.getByLabel("Reference (optional)")).toHaveValue("");
  await page.goto(new URL(url).pathname);
  await expect(page.getByRole("button", { name: /^Pay / })).toHaveCount(0);
  await page.goto("/dashboard/links?view=not_paid");
  await expect(page.getByRole("row").filter({ hasText: order })).toContainText("Cancelled");
});

test("nobody else's link is here, and a refused try leaves it open", async ({ page, browser, demo, quiet }) => {
  await signIn(page, demo, "/dashboard/links/pi_AAAAAAAAAAAAAAAAAAAAAAAA");
  await expect(heading(page, "There is no such link here").or(page.getByRole("heading", { name: "There is no such link here" })).first()).toBeVisible();
  // The page asks again when something happens elsewhere, and is told the same.
  await page.goto("/dashboard/links/new");
  quiet.splice(0, quiet.length, ...quiet.filter((said) => !said.text.includes("404")));
  const url = await make(page, { Amount: "20" });
  const payer = await browser.newContext();
  const theirs = await payer.newPage();
  await theirs.goto(new URL(url).pathname);
  await pay(theirs, NUMBERS.refused);
  await expect(theirs.getByRole("alert").first()).toBeVisible();
  await payer.close();
  await page.reload();
  await expect(page.getByRole("region", { name: "The last try was refused" })).toContainText("Nothing was taken.");
});

test("in French, amounts are typed as people write them", async ({ page, demo }) => {
  await signIn(page, demo, "/dashboard/links/new?lang=fr");
  await page.getByLabel("Montant").fill("1 480,50");
  await page.getByRole("button", { name: "Créer le lien" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Le lien est prêt." })).toBeVisible();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("480,50");
  await page.goto("/dashboard/links?lang=en");
});
