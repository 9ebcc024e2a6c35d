// The people of an account, as every browser gets them: desktop, phone, and without script.
import type { Browser, Page } from "@playwright/test";
import { expect, test } from "../fixtures";
import { address, paid, signIn } from "./dashboard";
import { invited, member } from "./people";

const TEAM = "/dashboard/settings/team";
const SECURITY = "/dashboard/settings/security";
const AUDIT = "/dashboard/settings/audit";

/** Another person's browser. */
const elsewhere = async (browser: Browser): Promise<Page> => (await browser.newContext()).newPage();
const person = (page: Page, who: string) => page.getByRole("row").filter({ hasText: who });

test("somebody invited joins by the link, does what their role allows, and is gone once removed", async ({ page, browser, request, demo }) => {
  // Several people in several browsers.
  test.slow();
  const payment = await paid(request, demo);
  const email = `julie-${Math.random().toString(36).slice(2)}@shop.example`;
  await signIn(page, demo, TEAM);
  await page.getByRole("link", { name: "Invite somebody…" }).click();
  await page.getByLabel("E-mail").fill(email.toUpperCase());
  await page.getByRole("radio", { name: /^Viewer/ }).check();
  await page.getByRole("button", { name: "Make the link" }).click();
  await expect(page.locator(".notice[role=status]")).toContainText("The link is made.");
  const link = page.getByRole("region", { name: `Link for ${email}, as Viewer` });
  const url = await link.locator("code").innerText();
  await page.goto(TEAM);
  await expect(person(page, email)).toContainText("Viewer");
  await expect(link).toHaveCount(0);

  const julie = await elsewhere(browser);
  await julie.goto(new URL(url).pathname);
  await expect(julie.getByRole("heading", { level: 1 })).toHaveText(/^Join /);
  await expect(julie.getByRole("main")).toContainText("Your role: Viewer.");
  await julie.getByLabel("Your name").fill("Julie Marchand");
  await julie.getByLabel("Password").fill("too short");
  await julie.getByRole("button", { name: "Join" }).click();
  await expect(julie.getByLabel("Password")).toHaveAccessibleDescription(/At least 12 characters/);
  await expect(julie.getByLabel("Your name")).toHaveValue("Julie Marchand");
  await julie.getByLabel("Password").fill("a quiet morning walk");
  await julie.getByRole("button", { name: "Join" }).click();
  await expect(julie).toHaveURL(/\/dashboard\/payments/);

  // No buttons, and nothing behind them.
  await julie.goto(address(payment));
  await expect(julie.getByRole("heading", { level: 1 })).toContainText("€89.00");
  await expect(julie.getByRole("link", { name: /Refund|Capture|Cancel payment/ })).toHaveCount(0);
  await julie.goto(TEAM);
  await expect(person(julie, demo.email)).toBeVisible();
  await expect(julie.getByRole("link", { name: /Invite|Change role|Remove/ })).toHaveCount(0);
  const closed = await julie.goto(AUDIT);
  expect(closed?.status()).toBe(403);
  for (const [path, form] of [
    ["settings/team/act", { doing: "invite", email: "x@shop.example", role: "viewer" }],
    ["settings/audit", {}],
    ["payments/act", { order: payment.payment_intent, payment: payment.id, action: "refund", version: "1", amount: "1" }],
  ] as const) {
    const answer = await julie.request.post(`/_fn/${path}`, { form, headers: { accept: "application/json" } });
    expect(answer.status(), `${path}: ${await answer.text()}`).toBe(path === "settings/audit" ? 422 : 403);
  }

  // A link works once.
  const again = await elsewhere(browser);
  expect((await again.goto(new URL(url).pathname))?.status()).toBe(410);
  await expect(again.locator(".notice[role=status]")).toContainText("This invitation has been used");

  // Another role ends the session, and gives its rights. (A page in sight would go to the door by itself.)
  await julie.goto("about:blank");
  await page.goto(TEAM);
  await person(page, email).getByRole("link", { name: /Change role/ }).click();
  await page.getByRole("radio", { name: /^Support/ }).check();
  await page.getByRole("button", { name: "Change the role" }).click();
  await expect(page.locator(".notice[role=status]")).toContainText("The role is changed.");
  await expect(person(page, email)).toContainText("Support");
  await julie.goto(address(payment));
  expect(new URL(julie.url()).pathname).toBe("/dashboard/sign-in");
  const julies = { ...demo, email, password: "a quiet morning walk" };
  await signIn(julie, julies, address(payment));
  await expect(julie.getByRole("link", { name: "Refund…" })).toBeVisible();

  await julie.goto("about:blank");
  await person(page, email).getByRole("link", { name: /Remove/ }).click();
  await page.getByRole("button", { name: "Remove" }).click();
  await expect(page.locator(".notice[role=status]")).toContainText("no longer in the team");
  await expect(person(page, email)).toHaveCount(0);
  await julie.goto(TEAM);
  await julie.getByLabel("E-mail").fill(email);
  await julie.getByLabel("Password").fill(julies.password);
  await julie.getByRole("button", { name: "Sign in" }).click();
  await expect(julie.getByRole("alert")).toContainText("This e-mail and password don’t go together.");
});

test("an invitation that was withdrawn or renewed opens nothing, and a stranger is told nothing", async ({ page, browser, request, demo }) => {
  const first = await invited(request, demo, "finance");
  await signIn(page, demo, TEAM);
  await page.getByRole("link", { name: "Invite somebody…" }).click();
  await page.getByLabel("E-mail").fill(first.email);
  await page.getByRole("button", { name: "Make the link" }).click();
  await expect(page.getByLabel("E-mail")).toHaveAccessibleDescription(/This person is invited already/);
  await page.goto(TEAM);
  await person(page, first.email).getByRole("link", { name: /Renew/ }).click();
  await page.getByRole("button", { name: "Make a new link" }).click();
  const url = await page.getByRole("region", { name: /^Link for/ }).locator("code").innerText();
  const there = await elsewhere(browser);
  expect((await there.goto(first.path))?.status()).toBe(404);
  await expect(there.getByRole("heading", { level: 1 })).toHaveText("This is no invitation");
  await there.goto(new URL(url).pathname);
  await expect(there.getByLabel("Your name")).toBeVisible();
  await person(page, first.email).getByRole("link", { name: /Withdraw/ }).click();
  await page.getByRole("button", { name: "Withdraw" }).click();
  await expect(page.locator(".notice[role=status]")).toContainText("The invitation is withdrawn.");
  await there.getByLabel("Your name").fill("Somebody");
  await there.getByLabel("Password").fill("a quiet morning walk");
  await there.getByRole("button", { name: "Join" }).click();
  await expect(there.locator(".notice[role=status]")).toContainText("This invitation was withdrawn");
});

test("sessions are seen and ended, and a new password ends the others", async ({ page, browser, request, demo }) => {
  // Several people in several browsers.
  test.slow();
  const me = await member(request, demo, "developer");
  await signIn(page, me, SECURITY);
  const [one, two] = [await elsewhere(browser), await elsewhere(browser)];
  for (const other of [one, two]) await signIn(other, me);
  await page.goto(SECURITY);
  const rows = page.getByRole("region", { name: "Where you are signed in" }).locator("tbody").getByRole("row");
  await expect(rows).toHaveCount(3);
  await expect(rows.first()).toContainText("This browser");
  await expect(rows.first()).toContainText("127.0.0.1");
  await rows.nth(1).getByRole("button", { name: /Sign out of/ }).click();
  await expect(page.locator(".notice[role=status]")).toContainText("That browser is signed out.");
  await expect(rows).toHaveCount(2);

  await expect(page.locator("input[autocomplete=username]"), "password managers know whose it is").toHaveValue(me.email);
  await page.getByLabel("Current password").fill("not my password");
  await page.getByLabel("New password", { exact: true }).fill("another quiet morning");
  await page.getByLabel("New password, once more").fill("another quiet morning");
  await page.getByRole("button", { name: "Change the password" }).click();
  await expect(page.getByLabel("Current password")).toHaveAccessibleDescription(/This is not your password/);
  await page.getByLabel("Current password").fill(me.password);
  await page.getByLabel("New password", { exact: true }).fill("another quiet morning");
  await page.getByLabel("New password, once more").fill("another quiet morning");
  await page.getByRole("button", { name: "Change the password" }).click();
  await expect(page.locator(".notice[role=status]")).toContainText("Your password is changed.");
  await expect(rows).toHaveCount(1);
  for (const other of [one, two]) {
    await other.goto(SECURITY);
    expect(new URL(other.url()).pathname).toBe("/dashboard/sign-in");
  }
  await signIn(one, { ...me, password: "another quiet morning" });

  await page.getByLabel("Name").fill("Camille Neuve");
  await page.getByLabel("Language").last().selectOption("fr");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.locator(".notice[role=status]")).toContainText("Enregistré.");
  await expect(page.locator("html")).toHaveAttribute("lang", "fr");
  await expect(page.getByRole("region", { name: "Où vous êtes connecté" })).toBeVisible();
});

test("the audit log tells who did what, when and from where, and is filtered", async ({ page, request, demo }) => {
  const support = await member(request, demo, "support");
  const payment = await paid(request, demo);
  await signIn(page, support, `${address(payment)}?do=refund`);
  await page.getByLabel("Amount in EUR").fill("12.34");
  await page.getByRole("button", { name: /^Refund/ }).last().click();
  await expect(page.locator(".notice[role=status]")).toBeVisible();
  // The page it leaves would else hear that it is signed out, and go there itself.
  await page.goto("about:blank");
  await page.context().clearCookies();
  await signIn(page, demo, AUDIT);
  const lines = page.locator("tbody").getByRole("row");
  await page.getByLabel("Person or key").selectOption({ label: support.name });
  await page.getByRole("button", { name: "Filter" }).click();
  await page.waitForURL(/who=user_/);
  await expect(lines).toHaveCount(5);
  await expect(lines.first()).toContainText("Refunded · €12.34");
  await expect(lines.first()).toContainText(support.name);
  await expect(lines.first()).toContainText("127.0.0.1");
  await expect(lines.first().getByRole("link")).toHaveAttribute("href", `/dashboard/payments/${payment.id}`);
  await expect(lines.filter({ hasText: "Joined as Support" })).toHaveCount(1);
  await page.getByLabel("Action").selectOption({ label: "Refunded" });
  await page.getByRole("button", { name: "Filter" }).click();
  await page.waitForURL(/action=refund.created/);
  await expect(lines).toHaveCount(1);
  await page.getByLabel("To").fill("2020-01-01");
  await page.getByRole("button", { name: "Filter" }).click();
  await expect(page.getByRole("heading", { name: "Nothing matches" })).toBeVisible();
  await page.getByRole("link", { name: "Clear" }).first().click();
  await expect(lines.filter({ hasText: `Invited ${support.email} as Support` })).toHaveCount(1);
  await page.goto(`${AUDIT}?lang=fr&action=refund.created`);
  await expect(lines.first()).toContainText("A remboursé · 12,34");
});

test("the account is handed over by password only, and its owner can't leave", async ({ page, demo }) => {
  await signIn(page, demo, TEAM);
  await expect(page.getByRole("link", { name: "Leave the account…" })).toHaveCount(0);
  await page.goto(`${TEAM}?do=leave`);
  await expect(page.getByRole("heading", { name: "Leave the account" })).toHaveCount(0);
  await page.goto(`${TEAM}?do=hand_over`);
  if (await page.getByLabel("New owner").count()) {
    await page.getByLabel("Your password").fill("not the password");
    await page.getByRole("button", { name: "Hand over" }).click();
    await expect(page.getByLabel("Your password")).toHaveAccessibleDescription(/This is not your password/);
  }
});
