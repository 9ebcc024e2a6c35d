// `make screenshots`: every page and state, on a desktop and a phone, light and dark, in English and French, into shots/.
// SHOTS=payment narrows it to names that hold this; `--project` to one of the ways to see it.
import { defineConfig } from "@playwright/test";
import tests from "./playwright.config";

const desktop = { viewport: { width: 1280, height: 800 } };
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const ways = [true, false].flatMap((wide) =>
  (["light", "dark"] as const).flatMap((colorScheme) =>
    ["en", "fr"].map((lang) => ({
      name: `${wide ? "desktop" : "phone"}.${colorScheme}.${lang}`,
      use: { ...(wide ? desktop : phone), colorScheme, locale: lang === "fr" ? "fr-FR" : "en-GB" },
    })),
  ),
);

export default defineConfig({
  ...tests,
  testDir: "screenshots",
  outputDir: "test-results/screenshots",
  reporter: [["dot"]],
  use: { ...tests.use, screenshot: "off", trace: "off" },
  projects: ways,
});
