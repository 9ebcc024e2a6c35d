// Somebody who works in two accounts goes from one to the other, and sees in each what is that one's: on a server of their own, since the
// demonstration is one account.
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test as base } from "../fixtures";
import { BINARY } from "../server";
import { card } from "./dashboard";

const PASSWORD = "correct horse battery staple";
const NAMES = ["Atelier Nord", "Atelier Sud"];
const email = (at: number) => `owner-${at}@shop.example`;

type House = { url: string; keys: string[] };

/** The first of a server's lines that begins so, without its beginning. */
async function told(server: ChildProcess, beginning: string): Promise<string> {
  let text = "";
  for await (const chunk of server.stdout as NonNullable<ChildProcess["stdout"]>) {
    text += chunk;
    const line = text.split("\n").find((one) => one.startsWith(beginning));
    if (line) return line.slice(beginning.length).trim();
  }
  throw new Error(`the server ended: ${text}`);
}

const test = base.extend<{ house: House }>({
  house: async ({}, use) => {
    const data = mkdtempSync(join(tmpdir(), "guichet-accounts-"));
    const env = { PATH: process.env.PATH ?? "", GUICHET_DATA: data, GUICHET_LISTEN: "127.0.0.1:0", GUICHET_PASSWORD: PASSWORD };
    const keys = NAMES.map((name, at) => {
      const made = spawnSync(BINARY, ["account", "create", "--name", name, "--email", email(at)], { env, encoding: "utf8" });
      return /stest_\w+/.exec(made.stdout)?.[0] ?? "";
    });
    const server = spawn(BINARY, ["serve"], { env, stdio: ["ignore", "pipe", "ignore"] });
    const url = await told(server, "Guichet listens on");
    await use({ url, keys });
    server.kill("SIGINT");
    await once(server, "exit");
    rmSync(data, { recursive: true, force: true });
  },
});

test("a person of two accounts switches between them, and each shows its own", async ({ page, request, house }) => {
  const { url, keys } = house;
  const orders: string[] = [];
  for (const [at, key] of keys.entries()) {
    const data = { amount: 2490, currency: "eur", order_id: `${NAMES[at]} 1`, card: card("4000000000000077") };
    const made = await request.post(`${url}/v2/payments/`, { data, headers: { authorization: `Bearer ${key}` } });
    expect(made.status(), await made.text()).toBe(200);
    orders.push((await made.json()).payment_intent);
  }
  // The second's owner invites the first's.
  await request.post(`${url}/dashboard/sign-in`, { form: { email: email(1), password: PASSWORD }, maxRedirects: 0 });
  const form = { doing: "invite", email: email(0), role: "support" };
  const invited = await request.post(`${url}/_fn/settings/team/act`, { form, headers: { accept: "application/json" } });
  const { url: invitation } = await invited.json();
  await page.goto(invitation);
  await page.getByLabel("Your name").fill("Somebody");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Join" }).click();

  const account = page.locator(".account strong");
  const row = (at: number) => page.getByRole("link", { name: `${NAMES[at]} 1`, exact: true });
  await expect(account).toHaveText(NAMES[1]);
  await page.goto(`${url}/dashboard/payments`);
  await expect(row(1)).toBeVisible();
  await expect(row(0)).toHaveCount(0);
  const menu = page.locator("details.menu.user");
  for (const to of [0, 1, 0]) {
    await menu.locator("summary").click();
    const choices = menu.getByRole("form", { name: "Accounts" });
    await expect(choices.getByRole("button", { name: NAMES[1 - to] })).toHaveAttribute("aria-pressed", "true");
    await choices.getByRole("button", { name: NAMES[to] }).click();
    await expect(account).toHaveText(NAMES[to]);
    await page.goto(`${url}/dashboard/payments`);
    await expect(row(to)).toBeVisible();
    await expect(row(1 - to)).toHaveCount(0);
    const other = await page.request.get(`${url}/dashboard/payments/${orders[1 - to]}`);
    expect(other.status(), "what is the other account's is not here").toBe(404);
    const answer = await page.request.get(`${url}/dashboard/settings/audit`);
    expect(answer.status(), "with the role of each account").toBe(to === 0 ? 200 : 403);
  }
});
