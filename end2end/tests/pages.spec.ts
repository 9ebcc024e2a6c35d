// Both applications are rendered on the server, under their own security policy.
import { expect, test } from "../fixtures";

const PAGES = [
  { path: "/test_pi_smoke", title: "Payment", heading: "Payment" },
  { path: "/dashboard", title: "Home · Guichet", heading: "Home" },
];

for (const { path, title, heading } of PAGES) {
  test(`${path} is rendered on the server under a strict policy`, async ({ page }) => {
    const answer = await page.goto(path);
    expect(answer?.status()).toBe(200);
    const policy = answer?.headers()["content-security-policy"] ?? "";
    expect(policy).toMatch(/default-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'nonce-[\w-]{22}';/);
    expect(policy).not.toContain("unsafe-inline");
    const html = (await answer?.text()) ?? "";
    expect(html).toContain(`<h1>${heading}</h1>`);
    expect(html, "the policy ignores style attributes").not.toMatch(/<[^>]+\sstyle=/);
    expect(html.match(/<script(?![^>]*\snonce=)[^>]*>/), "scripts without a nonce").toBeNull();
    await expect(page).toHaveTitle(title);
    await expect(page.getByRole("heading", { name: heading })).toBeVisible();
  });
}
