// Every page and every state in which it can be seen, for what looks at all of them: screenshots, and axe. A new page or
// state is one line here.
import type { APIRequestContext, Page } from "@playwright/test";
import { ask, outcome, pay, path, type Demo, NUMBERS, api } from "./checkout";
import { invited } from "./people";

/** What a state is opened with. Requests carry no session, unless they are `page`'s own. */
export type At = { page: Page; request: APIRequestContext; demo: Demo; lang: "en" | "fr" };

export type State = {
  name: string;
  /** Who sees it; nobody: it is seen before signing in, or by payers. */
  who?: "owner" | "viewer" | "developer";
  /** Where it is, or how to come there. */
  at: string | ((at: At) => Promise<string>);
  /** What is done once it is there; needs script. */
  then?: (at: At) => Promise<unknown>;
};

const PAYMENTS = "/dashboard/payments";

/** So many days ago: what was paid then is captured. */
const ago = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

/** The newest payment of a status, by the list. Settling states pass: then any. */
const first = (query: string, more = "") => async ({ page }: At) => {
  for (const one of [query, "status=paid"]) {
    const all = one.includes("to=") ? "" : "&window=all";
    const html = await (await page.request.get(`${PAYMENTS}?${one}${all}`)).text();
    // What the list shows, not what is at hand beside it.
    const found = /\/dashboard\/payments\/pi_\w{24}/.exec(html.slice(html.indexOf("<tbody")))?.[0];
    if (found) return found + more;
  }
  throw new Error(`no payment with ${query}`);
};

const link = (view: string, more = "") => async ({ page }: At) => {
  const html = await (await page.request.get(`/dashboard/links?view=${view}`)).text();
  const found = /\/dashboard\/links\/pi_\w{24}/.exec(html.slice(html.indexOf("<tbody")))?.[0];
  if (!found) throw new Error(`no link among ${view}`);
  return found + more;
};

/** The first address of this form on a page. */
const from = (where: string, pattern: RegExp) => async ({ page }: At) => {
  const html = await (await page.request.get(where)).text();
  const found = pattern.exec(html.replaceAll("&amp;", "&"))?.[0];
  if (!found) throw new Error(`${where} has nothing like ${pattern}`);
  return found.startsWith("?") ? where + found : found;
};

const checkout = (change: object = {}) => async ({ request, demo, lang }: At) => `${path(await ask(request, demo, change))}?lang=${lang}`;

const paying = (number: string) => ({ page, lang }: At) => pay(page, number, lang);

const SHOWN = [
  ...["awaiting", "authenticating", "checking", "fraud_alert", "scheduled", "to_validate", "paid", "verified", "pre_authorised"],
  ...["disputed", "refunded", "refused", "error", "capture_failed", "cancelled", "expired", "abandoned"],
];

export const STATES: State[] = [
  { name: "sign-in", at: "/dashboard/sign-in" },
  {
    name: "sign-in-wrong",
    at: "/dashboard/sign-in",
    then: async ({ page }) => {
      await page.locator("#email").fill("nobody@shop.example");
      await page.locator("#password").fill("not the password");
      await page.locator("main form button").click();
      await page.locator("[role=alert]").waitFor();
    },
  },
  { name: "invitation", at: async ({ request, demo }) => (await invited(request, demo, "support")).path },
  { name: "invitation-unknown", at: "/dashboard/invitation/join_nothing" },

  { name: "home", who: "owner", at: "/dashboard" },
  { name: "home-viewer", who: "viewer", at: "/dashboard" },

  { name: "payments", who: "owner", at: PAYMENTS },
  { name: "payments-viewer", who: "viewer", at: PAYMENTS },
  { name: "payments-action", who: "owner", at: `${PAYMENTS}?view=action` },
  { name: "payments-filtered", who: "owner", at: `${PAYMENTS}?status=refused,error&min=20&currency=eur&window=all` },
  { name: "payments-refunds", who: "owner", at: `${PAYMENTS}?refunds=1&per=25` },
  { name: "payments-empty", who: "owner", at: `${PAYMENTS}?q=nothing-of-the-kind` },
  { name: "payments-unreadable", who: "owner", at: `${PAYMENTS}?status=nonsense&min=abc` },
  {
    name: "payments-filters-open",
    who: "owner",
    at: PAYMENTS,
    then: ({ page }) => page.locator("main .filters details > summary").filter({ hasText: /Filters|Filtres/ }).click(),
  },
  {
    name: "payments-columns-open",
    who: "owner",
    at: PAYMENTS,
    then: ({ page }) => page.locator("main .filters details > summary").filter({ hasText: /Columns|Colonnes/ }).click(),
  },
  {
    name: "payments-save-open",
    who: "owner",
    at: PAYMENTS,
    then: ({ page }) => page.locator("main .viewbar details > summary").first().click(),
  },
  {
    name: "payments-chosen",
    who: "owner",
    at: PAYMENTS,
    then: async ({ page }) => {
      for (const row of [0, 1, 2]) await page.locator("tbody input[type=checkbox]").nth(row).check();
    },
  },
  ...SHOWN.map((shown): State => ({ name: `payment-${shown}`, who: "owner", at: first(`status=${shown}`) })),
  { name: "payment-viewer", who: "viewer", at: first("status=paid") },
  { name: "payment-refund", who: "owner", at: first(`status=paid&to=${ago(10)}`, "?do=refund") },
  { name: "payment-cancel", who: "owner", at: first("status=scheduled", "?do=cancel") },
  { name: "payment-capture", who: "owner", at: first("status=to_validate", "?do=capture") },
  { name: "payment-lower", who: "owner", at: first("status=to_validate", "?do=lower") },
  { name: "payment-postpone", who: "owner", at: first("status=scheduled", "?do=postpone") },
  { name: "payment-release", who: "owner", at: first("status=fraud_alert", "?do=release") },
  { name: "payment-unknown", who: "owner", at: `${PAYMENTS}/pi_nothing` },

  { name: "links", who: "owner", at: "/dashboard/links" },
  { name: "links-viewer", who: "viewer", at: "/dashboard/links" },
  { name: "link-new", who: "owner", at: "/dashboard/links/new" },
  { name: "link-new-filled", who: "owner", at: "/dashboard/links/new?amount=4850&currency=eur&order_id=2026-77&description=Two+mugs" },
  { name: "link-open", who: "owner", at: link("open") },
  { name: "link-cancel", who: "owner", at: link("open", "?do=cancel") },
  { name: "link-paid", who: "owner", at: link("paid") },
  { name: "link-not-paid", who: "owner", at: link("not_paid") },

  { name: "keys", who: "owner", at: "/dashboard/developers/keys" },
  { name: "keys-developer", who: "developer", at: "/dashboard/developers/keys" },
  { name: "keys-denied", who: "viewer", at: "/dashboard/developers/keys" },
  { name: "key-create", who: "owner", at: "/dashboard/developers/keys?do=create" },
  ...["roll", "rename", "revoke"].map(
    (ask): State => ({ name: `key-${ask}`, who: "owner", at: from("/dashboard/developers/keys", new RegExp(`\\?do=${ask}&key=key_\\w{24}`)) }),
  ),
  { name: "shops", who: "owner", at: "/dashboard/settings/shops" },
  { name: "shop-create", who: "owner", at: "/dashboard/settings/shops?do=create" },
  { name: "team", who: "owner", at: "/dashboard/settings/team" },
  { name: "team-viewer", who: "viewer", at: "/dashboard/settings/team" },
  { name: "team-invite", who: "owner", at: "/dashboard/settings/team?do=invite" },
  ...["role", "remove", "hand_over"].map(
    (doing): State => ({
      name: `team-${doing}`,
      who: "owner",
      at: from("/dashboard/settings/team", new RegExp(`/dashboard/settings/team\\?do=${doing}[^"]*`)),
    }),
  ),
  { name: "security", who: "owner", at: "/dashboard/settings/security" },
  { name: "audit", who: "owner", at: "/dashboard/settings/audit" },
  { name: "audit-denied", who: "viewer", at: "/dashboard/settings/audit" },
  { name: "palette", who: "owner", at: PAYMENTS, then: ({ page }) => page.keyboard.press("Control+k") },
  { name: "shortcuts", who: "owner", at: PAYMENTS, then: ({ page }) => page.keyboard.press("?") },
  { name: "no-such-page", who: "owner", at: "/dashboard/nothing-here" },

  { name: "checkout", at: checkout() },
  { name: "checkout-pounds", at: checkout({ currency: "gbp", amount: 4500, description: "Mug, speckled white" }) },
  { name: "checkout-problems", at: checkout(), then: ({ page }) => page.locator("main form button").last().click() },
  {
    name: "checkout-refused",
    at: checkout(),
    then: async (at) => {
      await paying(NUMBERS.refused)(at);
      await at.page.locator("[role=alert]").first().waitFor();
    },
  },
  {
    name: "checkout-done",
    at: checkout(),
    then: async (at) => {
      await paying(NUMBERS.pays)(at);
      await outcome(at.page, at.lang === "fr" ? "Paiement accepté" : "Payment received").waitFor();
    },
  },
  {
    name: "checkout-bank",
    at: checkout(),
    then: async (at) => {
      await paying(NUMBERS.challenge)(at);
      await at.page.waitForURL(/\/bank\//);
    },
  },
  {
    name: "checkout-cancelled",
    at: async (at) => {
      const intent = await ask(at.request, at.demo);
      await api(at.request, at.demo, "DELETE", `payment_intents/${intent.id}`).catch(() => undefined);
      return `${path(intent)}?lang=${at.lang}`;
    },
  },
  { name: "checkout-unknown", at: "/test_pi_nothing" },
];
