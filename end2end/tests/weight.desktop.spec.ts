// What a first visit costs: every byte that arrives before the page answers by itself, as it arrives, headers and compression included.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { APIRequestContext, Page } from "@playwright/test";
import { expect, test } from "../fixtures";
import { ask, path, type Demo } from "./checkout";
import { address, hydrated, paid, signIn } from "./dashboard";

type Weight = { usable: number; all: number };

const KB = 1024;

/** Of the dashboard, whichever page comes first. */
const DASHBOARD = 350;
/** As its router has them: a page that is new is weighed, too. */
const ROUTES = [...readFileSync(join(__dirname, "../../app/dashboard/src/app.rs"), "utf8").matchAll(/path=path!\("([^"]+)"\)/g)].map(([, route]) => route);
type Here = { page: Page; request: APIRequestContext; demo: Demo };
/** Where a route leads that can't be opened as it stands. */
const ADDRESSES: Record<string, (here: Here) => Promise<string>> = {
  "/dashboard/payments/:id": async ({ request, demo }) => address(await paid(request, demo)),
  "/dashboard/payments/refund": async ({ request, demo }) => `/dashboard/payments/refund?ids=${(await paid(request, demo)).payment_intent}`,
  "/dashboard/links/:id": async ({ page }) => {
    const html = await (await page.request.get("/dashboard/links?view=open")).text();
    const link = /\/dashboard\/links\/pi_\w{24}/.exec(html)?.[0];
    if (!link) throw new Error("the demonstration has no open link");
    return link;
  },
  "/dashboard/*any": async () => "/dashboard/nothing",
};

/** Loads a page with nothing kept from before: what it takes to be used (document and styles), and all of it, in bytes. */
async function cold(page: Page, to: string): Promise<Weight> {
  const network = await page.context().newCDPSession(page);
  await network.send("Network.enable");
  await network.send("Network.setCacheDisabled", { cacheDisabled: true });
  const paths = new Map<string, string>();
  const weight: Weight = { usable: 0, all: 0 };
  const asked = new Set<string>();
  network.on("Network.requestWillBeSent", ({ requestId, request }) => {
    if (/\.(css|js|wasm)$/.test(request.url)) asked.add(requestId);
  });
  network.on("Network.responseReceived", ({ requestId, type, response }) => {
    paths.set(requestId, type === "Document" || type === "Stylesheet" ? type : new URL(response.url).pathname);
  });
  network.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const what = paths.get(requestId) ?? "";
    const early = what === "Document" || what === "Stylesheet";
    asked.delete(requestId);
    if (!early && !/\.(js|wasm)$/.test(what)) return;
    if (early) weight.usable += encodedDataLength;
    weight.all += encodedDataLength;
  });
  await page.goto(to);
  await hydrated(page);
  // What has hydrated the page has run, but its end may be reported later.
  await expect.poll(() => asked.size, "files still on their way").toBe(0);
  await network.detach();
  console.log(`${to}: ${Math.round(weight.all / KB)} KB`);
  return weight;
}

const kb = (bytes: number) => Math.round((bytes / KB) * 10) / 10;

test("a checkout page can be used after 20 KB and has arrived after 80", async ({ page, request, demo }) => {
  const weight = await cold(page, path(await ask(request, demo)));
  expect.soft(kb(weight.usable), "KB until the form can be used").toBeLessThanOrEqual(20);
  expect.soft(kb(weight.all), "KB in all").toBeLessThanOrEqual(80);
});

test(`the first page of the dashboard, whichever it is, takes ${DASHBOARD} KB at most`, async ({ page, request, demo }) => {
  expect(ROUTES.length, "routes of the dashboard").toBeGreaterThan(10);
  await signIn(page, demo);
  await hydrated(page);
  for (const route of ROUTES) {
    const there = ADDRESSES[route];
    expect(there || !/[:*]/.test(route), `an address for ${route}`).toBeTruthy();
    const weight = await cold(page, there ? await there({ page, request, demo }) : route);
    expect.soft(kb(weight.all), `KB of ${route}, all that arrives before it answers by itself`).toBeLessThanOrEqual(DASHBOARD);
  }
});
