// What a first visit costs: every byte that arrives before the page answers by itself, as it arrives, headers and compression included.
import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures";
import { ask, path } from "./checkout";
import { address, hydrated, paid, signIn } from "./dashboard";

type Weight = { usable: number; all: number };

const KB = 1024;

/** Of the dashboard, whichever page comes first. */
const DASHBOARD = 350;
const PAGES = ["/dashboard", "/dashboard/payments", "/dashboard/links", "/dashboard/links/new", "/dashboard/developers/keys", "/dashboard/settings/team"];

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
  await signIn(page, demo);
  await hydrated(page);
  for (const path of [...PAGES, address(await paid(request, demo))]) {
    const weight = await cold(page, path);
    expect.soft(kb(weight.all), `KB of ${path}, all that arrives before it answers by itself`).toBeLessThanOrEqual(DASHBOARD);
  }
});
