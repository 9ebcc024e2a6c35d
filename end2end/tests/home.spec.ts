// Home: what needs somebody, and figures that are the sums of the lists they open.
import { expect, test } from "../fixtures";
import { signIn } from "./dashboard";
import { day, digits, figure, figures, href, listed } from "./home";

/** Days in which nothing happens any more. */
const PAST = `/dashboard?from=${day(75)}&to=${day(20)}`;

test("whoever signs in arrives on Home", async ({ page, demo }) => {
  await signIn(page, demo, "/dashboard/sign-in");
  expect(new URL(page.url()).pathname).toBe("/dashboard");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Home");
  await expect(page).toHaveTitle("Home · Guichet");
});

test("each figure of a period opens its list and is its sum", async ({ page, demo }) => {
  await signIn(page, demo, PAST);
  const strong = async (name: string) => (await figure(figures(page), name).getByRole("strong").textContent()) ?? "";
  const names = ["Volume paid", "Payments", "Acceptance", "Average payment", "Refunds", "Disputes"];
  const values = new Map<string, string>();
  const hrefs = new Map<string, string>();
  for (const name of names) {
    values.set(name, await strong(name));
    hrefs.set(name, await href(figure(figures(page), name)));
  }
  const refused = figures(page).getByRole("link", { name: /^\d+ refused$/ });
  const declined = { count: digits(await refused.textContent()), href: await href(refused) };
  const list = async (to = "") => {
    await page.goto(to);
    return listed(page);
  };
  const volume = await list(hrefs.get("Volume paid"));
  expect(volume.count).toBeGreaterThan(0);
  expect(values.get("Volume paid")).toBe(volume.sum);
  expect(digits(values.get("Payments") ?? "")).toBe(volume.count);
  expect(digits(values.get("Average payment") ?? "")).toBe(Math.round(digits(volume.sum) / volume.count));
  const decided = await list(hrefs.get("Acceptance"));
  expect((await list(declined.href)).count).toBe(declined.count);
  const share = Math.round(((decided.count - declined.count) * 1000) / decided.count);
  expect(values.get("Acceptance")).toBe(`${Math.floor(share / 10)}.${share % 10}%`);
  await page.goto(hrefs.get("Refunds") ?? "");
  await expect(page.locator("main").getByRole("status")).toContainText(values.get("Refunds") ?? "-");
  const amounts = await page.locator("tbody .figure").allTextContents();
  expect(amounts.reduce((sum, text) => sum + digits(text), 0)).toBe(digits(values.get("Refunds") ?? ""));
  await page.goto(PAST);
  await figure(figures(page), "Volume paid").click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Payments");
});

test("what needs somebody leads to exactly these payments", async ({ page, demo }) => {
  await signIn(page, demo, "/dashboard");
  const needs = page.getByRole("region", { name: "Needs you" });
  const count = await needs.getByRole("listitem").count();
  expect(count).toBeGreaterThan(1);
  for (let at = 0; at < count; at += 1) {
    // Other tests make payments of their own meanwhile.
    await expect(async () => {
      await page.goto("/dashboard");
      const need = needs.getByRole("listitem").nth(at);
      const said = digits(await need.locator("span").textContent());
      const sum = (await need.locator("small").textContent()) ?? "";
      await page.goto(await href(need.getByRole("link")));
      const list = await listed(page);
      expect(list.count).toBe(said);
      if (!sum.includes("·")) expect(list.sum).toBe(sum);
    }).toPass();
  }
});

test("before the first payment Home says the three first steps", async ({ page, demo }) => {
  await signIn(page, demo, "/dashboard");
  await page.locator(".menu.environment > summary").click();
  await page.getByRole("button", { name: /^Production/ }).click();
  await page.goto("/dashboard?lang=fr");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Accueil");
  const first = page.getByRole("region", { name: "Encaissez votre premier paiement" });
  await expect(first.getByRole("listitem")).toHaveCount(3);
  await first.getByRole("link", { name: "Créer un lien" }).click();
  await expect(page).toHaveURL(/\/dashboard\/links\/new/);
});
