// What every test starts from: the server's address, what the demonstration shop wrote down, and a page on which
// nothing may be reported: no console error or warning, no exception, no violation of the content security policy.
import { test as base, expect } from "@playwright/test";

type Demo = Record<string, string>;

export const test = base.extend<{ demo: Demo; quiet: void }>({
  baseURL: async ({}, use) => {
    await use(process.env.GUICHET_URL);
  },
  demo: async ({}, use) => {
    await use(JSON.parse(process.env.GUICHET_DEMO ?? "{}"));
  },
  quiet: [
    async ({ page }, use) => {
      const said: { text: string; url: string }[] = [];
      const pages = new Set<string>();
      page.on("console", (message) => {
        if (!["error", "warning"].includes(message.type())) return;
        said.push({ text: `${message.type()}: ${message.text()}`, url: message.location().url });
      });
      page.on("pageerror", (error) => said.push({ text: `exception: ${error.message}`, url: page.url() }));
      page.on("response", (response) => {
        if (response.request().isNavigationRequest()) pages.add(response.url());
      });
      await use();
      // Browsers also report a page whose own status is an error, such as a refusal: its test asked for that.
      const own = ({ text, url }: { text: string; url: string }) => text.includes("Failed to load resource") && pages.has(url);
      expect(said.filter((entry) => !own(entry)), "what the browser reported").toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };
