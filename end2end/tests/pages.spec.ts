// Both applications are rendered on the server, under a policy that lets nothing in that was not named.
import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures";
import { ask, path } from "./checkout";
import { signIn } from "./dashboard";

// What a page may carry of scripts: small ones of ours with the page's nonce, and modules with their integrity.
async function followsItsPolicy(page: Page, html: string, policy: string): Promise<void> {
  expect(policy).toMatch(/default-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'nonce-[\w-]{22}';/);
  expect(policy).not.toContain("unsafe-inline");
  expect(html, "the policy ignores style attributes").not.toMatch(/<[^>]+\sstyle=/);
  const scripts = (html.match(/<script\b[^>]*>/g) ?? []).filter((tag) => !tag.includes('type="application/json"'));
  expect(scripts.filter((tag) => !tag.includes(" nonce=")), "scripts without a nonce").toEqual([]);
  const external = scripts.filter((tag) => tag.includes(" src="));
  expect(external.filter((tag) => !/ integrity="sha384-[\w+/]{64}"/.test(tag)), "files without integrity").toEqual([]);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
}

test("the payment page follows its policy", async ({ page, request, demo }) => {
  const answer = await page.goto(path(await ask(request, demo)));
  const html = (await answer?.text()) ?? "";
  expect(html).toContain('type="module"');
  await followsItsPolicy(page, html, answer?.headers()["content-security-policy"] ?? "");
});

test("the dashboard follows its policy", async ({ page, demo }) => {
  await signIn(page, demo);
  const answer = await page.reload();
  const html = (await answer?.text()) ?? "";
  expect(html).toContain('type="module"');
  await followsItsPolicy(page, html, answer?.headers()["content-security-policy"] ?? "");
});

test("files never change under their names", async ({ page, request }) => {
  await page.goto("/dashboard/sign-in");
  const sheet = (await page.locator("link[rel=stylesheet]").getAttribute("href")) ?? "";
  const answer = await request.get(sheet, { headers: { "accept-encoding": "br" } });
  expect(answer.headers()["cache-control"]).toContain("immutable");
  expect(answer.headers()["content-encoding"]).toBe("br");
  expect((await request.get(sheet.replace(/-[0-9a-f]{16}/, "-0000000000000000"))).status()).toBe(404);
});
