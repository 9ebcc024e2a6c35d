// What a first visit costs: every byte that arrives before the page answers by itself, as it arrives, headers and compression included.
import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures";
import { ask, path } from "./checkout";
import { address, hydrated, paid, signIn } from "./dashboard";

type Weight = { usable: number; all: number };

const KB = 1024;

/** In KB. The list is meant to come under 350; these ceilings are what has been reached, so that nothing gets heavier unnoticed. */
const CEILINGS: [string, number][] = [
  ["/dashboard", 380],
  ["/dashboard/payments", 430],
  ["/dashboard/links", 400],
  ["/dashboard/developers/keys", 380],
  ["/dashboard/settings/team", 430],
];

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

test("a checkout page can be used after 20 KB and has arrived after 80", async ({ page, request, demo }) => {
  const weight = await cold(page, path(await ask(request, demo)));
  expect(weight.usable).toBeLessThanOrEqual(20 * KB);
  expect(weight.all).toBeLessThanOrEqual(80 * KB);
});

test("the first page of the dashboard, whichever it is, stays under its ceiling", async ({ page, request, demo }) => {
  await signIn(page, demo);
  await hydrated(page);
  for (const [path, ceiling] of [...CEILINGS, [address(await paid(request, demo)), 490] as const]) {
    const weight = await cold(page, path);
    expect.soft(weight.all, path).toBeLessThanOrEqual(ceiling * KB);
  }
});
