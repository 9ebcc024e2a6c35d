// What every test starts from: the server's address, what the demonstration shop wrote down, and a page on which
// nothing may be reported: no console error or warning, no exception, no violation of the content security policy. A
// test that provokes a report takes it out of `quiet` itself.
import { test as base, expect } from "@playwright/test";

type Demo = Record<string, string>;
type Said = { text: string; url: string };

export const test = base.extend<{ demo: Demo; quiet: Said[] }>({
  baseURL: async ({}, use) => {
    await use(process.env.GUICHET_URL);
  },
  demo: async ({}, use) => {
    await use(JSON.parse(process.env.GUICHET_DEMO ?? "{}"));
  },
  quiet: [
    async ({ page }, use) => {
      const said: Said[] = [];
      const pages = new Set<string>();
      page.on("console", (message) => {
        if (!["error", "warning"].includes(message.type())) return;
        said.push({ text: `${message.type()}: ${message.text()}`, url: message.location().url });
      });
      page.on("pageerror", (error) => said.push({ text: `exception: ${error.message}`, url: page.url() }));
      page.on("response", (response) => {
        if (response.request().isNavigationRequest()) pages.add(response.url());
      });
      await use(said);
      // Browsers also report a page whose own status is an error, such as a refusal: its test asked for that.
      // A server function that answers 409 or 422 told a form why not.
      const told = ({ text, url }: Said) => /status of (409|422)/.test(text) && new URL(url).pathname.startsWith("/_fn/");
      const own = (said: Said) => (said.text.includes("Failed to load resource") && pages.has(said.url)) || told(said);
      expect(said.filter((entry) => !own(entry)), "what the browser reported").toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };
