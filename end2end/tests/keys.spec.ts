// API keys and shops as every browser gets them: desktop, phone, and without script.
import type { APIRequestContext, Page } from "@playwright/test";
import { expect, test } from "../fixtures";
import { row, signIn } from "./dashboard";

const named = (what: string) => `${what} ${Math.random().toString(36).slice(2, 8)}`;

/** The status that a request with this key gets. */
async function asks(request: APIRequestContext, key: string): Promise<number> {
  const authorization = `Basic ${Buffer.from(`${key}:`).toString("base64")}`;
  const answer = await request.get(`${process.env.GUICHET_URL}/v2/payment_intents/?limit=1`, { headers: { authorization } });
  return answer.status();
}

const shown = async (page: Page) => {
  const made = page.getByRole("region", { name: /^The key/ });
  await expect(made).toContainText("it is shown this once");
  return (await made.locator(".copyable .text").innerText()).trim();
};

async function ask(page: Page, name: string, what: string): Promise<void> {
  await row(page, name).locator("summary").click();
  await row(page, name).getByRole("link", { name: what }).click();
}

async function create(page: Page, name: string): Promise<string> {
  await page.getByRole("link", { name: "Create key…" }).first().click();
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  await page.getByRole("button", { name: "Create key" }).click();
  return shown(page);
}

test("a key is made, shown once, used, rolled with time to change it, and revoked at once", async ({ page, request, demo }) => {
  const name = named("Till");
  await signIn(page, demo, "/dashboard/developers/keys");
  await expect(page).toHaveTitle("API keys · Guichet");
  const first = await create(page, name);
  expect(first).toMatch(/^stest_[A-Za-z0-9]{24}$/);
  expect(await asks(request, first)).toBe(200);
  await page.getByRole("link", { name: "I have stored it" }).click();
  await expect(page.getByRole("region", { name: /^The key/ })).toHaveCount(0);
  expect(await page.content()).not.toContain(first);
  await expect(row(page, name)).toContainText(`stest_…${first.slice(-4)}`);
  await expect(row(page, name)).not.toContainText("Never");

  await ask(page, name, "Roll…");
  await page.getByLabel("The old key works").selectOption({ label: "For another hour" });
  await page.getByRole("button", { name: "Roll key" }).click();
  const second = await shown(page);
  await expect(page.getByRole("region", { name: /^The key/ })).toContainText("The old key still works for an hour.");
  expect([await asks(request, first), await asks(request, second)]).toEqual([200, 200]);

  await page.getByRole("link", { name: "I have stored it" }).click();
  const old = row(page, first.slice(-4));
  await expect(old).toContainText("Rolled works until");
  await old.locator("summary").click();
  await expect(old.getByRole("link", { name: "Roll…" })).toHaveCount(0);
  await old.getByRole("link", { name: "Revoke…" }).click();
  await expect(page.getByRole("dialog")).toContainText(`uses stest_…${first.slice(-4)} stops at once`);
  await page.getByRole("button", { name: `Revoke “${name}”` }).click();
  await expect(page.getByRole("status").filter({ hasText: "The key is revoked" })).toBeVisible();
  expect([await asks(request, first), await asks(request, second)]).toEqual([401, 200]);

  await ask(page, name, "Rename…");
  await page.getByRole("textbox", { name: "Name" }).fill(`${name} bis`);
  await page.getByRole("button", { name: "Rename", exact: true }).click();
  await expect(row(page, `${name} bis`)).toContainText(`stest_…${second.slice(-4)}`);
});

test("what a program begins with stands here, and a name that can't be is told beside its field", async ({ page, demo }) => {
  await signIn(page, demo, "/dashboard/developers");
  await expect(page.getByRole("region", { name: "Where a program begins" })).toContainText("/v2/payment_intents/ -u stest_…");
  await expect(page.getByRole("link", { name: "API reference" })).toHaveAttribute("href", "/docs");
  await expect(page.getByRole("region", { name: "Test cards" })).toContainText("4000 0000 0000 0077");
  await page.getByRole("link", { name: "Create key…" }).first().click();
  await page.getByLabel("Name").fill("   ");
  await page.getByRole("button", { name: "Create key" }).click();
  await expect(page.getByLabel("Name")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Name")).toHaveAccessibleDescription(/1 to 64 characters/);
});

test("a shop is made, changed, and its key asks for its payments", async ({ page, request, demo }) => {
  const name = named("Stall");
  await signIn(page, demo, "/dashboard/settings/shops");
  await expect(page).toHaveTitle("Shops and applications · Guichet");
  const fill = async (values: Record<string, string>, button: string) => {
    for (const [label, text] of Object.entries(values)) await page.getByLabel(label).fill(text);
    await page.getByRole("button", { name: button }).click();
  };
  await page.getByRole("link", { name: "New shop…" }).click();
  await fill({ Name: name, "Address (optional)": "stall" }, "Create shop");
  await expect(page.getByLabel("Address (optional)")).toHaveAccessibleDescription(/no web address/);
  await fill({ "Address (optional)": "https://stall.example" }, "Create shop");
  await expect(page.getByRole("status").filter({ hasText: "The shop is there." })).toBeVisible();
  await row(page, name).getByRole("link", { name: `Change ${name}` }).click();
  await fill({ Name: `${name} bis` }, "Save");
  await expect(row(page, `${name} bis`)).toContainText("https://stall.example");

  await page.goto("/dashboard/developers/keys?do=create");
  await page.getByLabel("Shop", { exact: true }).selectOption({ label: `${name} bis` });
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  await page.getByRole("button", { name: "Create key" }).click();
  const key = await shown(page);
  const authorization = `Basic ${Buffer.from(`${key}:`).toString("base64")}`;
  const url = `${process.env.GUICHET_URL}/v2/payment_intents/`;
  const made = await request.post(url, { headers: { authorization }, data: { amount: 700, currency: "eur" } });
  const { id } = await made.json();
  await page.goto(`/dashboard/payments/${id}`);
  await expect(page.getByRole("main")).toContainText(`${name} bis`);
});

test("who may not manage keys or shops is led to neither, and told whom to ask", async ({ page, demo }) => {
  const members = demo.members as unknown as { email: string; password: string; role: string }[];
  const support = members.find((member) => member.role === "support");
  if (!support) throw new Error("the demonstration has somebody at support");
  await signIn(page, { ...demo, ...support, members: "" }, "/dashboard/links?lang=en");
  await expect(page.getByRole("link", { name: "New payment link" }).first()).toBeVisible();
  await expect(page.getByRole("link", { name: "Developers" })).toHaveCount(0);
  for (const path of ["/dashboard/developers/keys", "/dashboard/settings/shops"]) {
    const answer = await page.goto(path);
    expect(answer?.status()).toBe(403);
    await expect(page.getByRole("main")).toContainText("Ask an owner or an administrator");
    await expect(page.getByRole("main").locator("form, a[href*='?do=']")).toHaveCount(0);
  }
  const posted = await page.request.post("/dashboard/developers/keys", {
    form: { ask: "create", name: "Mine", kind: "secret", token: "0".repeat(32) },
    headers: { origin: new URL(page.url()).origin },
  });
  expect([403, 422]).toContain(posted.status());
  expect(await posted.text()).not.toMatch(/stest_[A-Za-z0-9]{24}/);
});
