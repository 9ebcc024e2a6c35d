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
      const said: string[] = [];
      page.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) said.push(`${message.type()}: ${message.text()}`);
      });
      page.on("pageerror", (error) => said.push(`exception: ${error.message}`));
      await use();
      expect(said, "what the browser reported").toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };
