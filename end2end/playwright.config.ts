import { defineConfig } from "@playwright/test";

const desktop = { viewport: { width: 1280, height: 800 } };
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

export default defineConfig({
  testDir: "tests",
  globalSetup: "./server.ts",
  fullyParallel: true,
  workers: 2,
  forbidOnly: true,
  // Patience for a busy machine: nothing here measures time.
  timeout: 90_000,
  // What fails once and passes then is reported as flaky: somebody's to look at.
  retries: 1,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    locale: "en-GB",
    timezoneId: "Europe/Paris",
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      // The machine may have no network beside loopback, and root may not use Chromium's sandbox.
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  // `x.spec.ts` runs everywhere; `x.script.spec.ts`, `x.noscript.spec.ts`, `x.desktop.spec.ts` and `x.phone.spec.ts` where their name says.
  projects: [
    { name: "desktop", use: desktop, testIgnore: /\.(noscript|phone)\.spec\.ts$/ },
    { name: "phone", use: phone, testIgnore: /\.(noscript|desktop)\.spec\.ts$/ },
    { name: "nojs", use: { ...desktop, javaScriptEnabled: false }, testIgnore: /\.(script|desktop|phone)\.spec\.ts$/ },
  ],
});
