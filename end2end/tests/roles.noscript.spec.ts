// What each role finds: the sections it may open and no others; a page that says no to the rest; nothing offered that is
// not allowed, and a refusal for whoever posts it all the same.
import { expect, test } from "../fixtures";
import { be } from "./desk";
import { card, paid, type Payment } from "./dashboard";

const PAGES = {
  "/dashboard": ["owner", "admin", "developer", "finance", "support", "viewer"],
  "/dashboard/payments": ["owner", "admin", "developer", "finance", "support", "viewer"],
  "/dashboard/links": ["owner", "admin", "developer", "finance", "support", "viewer"],
  "/dashboard/links/new": ["owner", "admin", "support"],
  "/dashboard/developers/keys": ["owner", "admin", "developer"],
  "/dashboard/settings/team": ["owner", "admin", "developer", "finance", "support", "viewer"],
  "/dashboard/settings/shops": ["owner", "admin"],
  "/dashboard/settings/security": ["owner", "admin", "developer", "finance", "support", "viewer"],
  "/dashboard/settings/audit": ["owner", "admin"],
};

const ACT = "/_fn/payments/act";
const named = ({ payment_intent: order, id: payment }: Payment) => ({ order, payment });

/** What may be posted by hand, with what it takes; whoever may not is told 403. */
const ACTS: { path: string; form: (captured: Payment, authorised: Payment) => Record<string, string>; may: string[] }[] = [
  { path: ACT, form: (captured) => ({ ...named(captured), action: "refund", amount: "1.00" }), may: ["owner", "admin", "finance", "support"] },
  { path: ACT, form: (_, authorised) => ({ ...named(authorised), action: "lower", amount: "80.00" }), may: ["owner", "admin"] },
  { path: ACT, form: (_, authorised) => ({ ...named(authorised), action: "capture", amount: "80.00" }), may: ["owner", "admin"] },
  { path: ACT, form: (_, authorised) => ({ ...named(authorised), action: "cancel" }), may: ["owner", "admin"] },
  { path: ACT, form: (_, authorised) => ({ ...named(authorised), action: "close" }), may: ["owner", "admin"] },
  { path: "/_fn/settings/team/act", form: () => ({ doing: "invite", email: "x", role: "viewer" }), may: ["owner", "admin"] },
  { path: "/_fn/keys", form: () => ({}), may: ["owner", "admin", "developer"] },
  { path: "/_fn/settings/shops", form: () => ({}), may: ["owner", "admin"] },
  { path: "/_fn/settings/audit", form: () => empty("asked", ["who", "action", "from", "to", "after", "before"]), may: ["owner", "admin"] },
  { path: "/dashboard/links/new", form: () => ({ amount: "0", currency: "eur" }), may: ["owner", "admin", "support"] },
  { path: "/dashboard/developers/keys", form: () => ({ ask: "create", name: "", kind: "secret" }), may: ["owner", "admin", "developer"] },
  { path: "/dashboard/settings/shops", form: () => ({ ask: "create", name: "" }), may: ["owner", "admin"] },
];

const empty = (of: string, names: string[]) => Object.fromEntries(names.map((name) => [`${of}[${name}]`, ""]));

for (const role of ["owner", "admin", "developer", "finance", "support", "viewer"]) {
  test(`${role}: pages, what they offer, and what is posted by hand`, async ({ page, context, request, demo, quiet }) => {
    await be(context, demo, role);
    const captured = await paid(request, demo);
    const authorised = await paid(request, demo, { card: card("4242424242424242") });
    for (const [path, roles] of Object.entries(PAGES)) {
      const answer = await page.goto(path);
      const allowed = roles.includes(role);
      expect(answer?.status(), `${role} at ${path}`).toBe(allowed ? 200 : 403);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      if (allowed) continue;
      await expect(page.locator("main form, main table")).toHaveCount(0);
    }
    // The sections offered lead nowhere that is refused.
    await page.goto("/dashboard/payments");
    const offered = await page.locator("a[href^='/dashboard']").evaluateAll((all) => all.map((a) => new URL((a as HTMLAnchorElement).href).pathname));
    const refused = Object.entries(PAGES).filter(([, roles]) => !roles.includes(role));
    for (const [path] of refused) expect(offered, `${role} is offered ${path}`).not.toContain(path);
    for (const { path, form, may } of ACTS) {
      const sent = { form: form(captured, authorised), headers: { accept: "application/json" }, maxRedirects: 0 };
      const status = (await page.request.post(path, sent)).status();
      if (may.includes(role)) expect(status, `${role} posts ${path}`).not.toBe(403);
      else expect(status, `${role} posts ${path} ${JSON.stringify(sent.form)}`).toBe(403);
    }
    const file = await page.request.get("/dashboard/payments.csv");
    expect(file.status(), `${role} asks for the file`).toBe(["owner", "admin", "finance"].includes(role) ? 200 : 403);
    quiet.length = 0;
  });
}
