// What script adds for the payer, and what it must not break.
import AxeBuilder from "@axe-core/playwright";
import type { APIRequestContext, Page } from "@playwright/test";
import { expect, test } from "../fixtures";
import { type Demo, NUMBERS, api, ask, attempts, button, fill, hydrated, outcome, path, pay } from "./checkout";

test("what the payer typed before the wasm arrived stays and is paid with", async ({ page, request, demo }) => {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route("**/*.wasm", async (route) => {
    await released;
    await route.continue();
  });
  await page.goto(path(await ask(request, demo)));
  await fill(page, NUMBERS.pays);
  const number = page.getByLabel("Card number");
  await expect(number).toHaveValue(NUMBERS.pays);
  release();
  await hydrated(page);
  await expect(number).toHaveValue(NUMBERS.pays);
  await expect(page.getByLabel("Name on card")).toHaveValue("Test Card");
  await expect(page.locator(".marks")).toHaveAttribute("data-brand", "visa");
  await number.press("End");
  await number.press("Backspace");
  await expect(number).toHaveValue("4242 4242 4242 424");
  await number.press("2");
  await button(page).click();
  await expect(outcome(page, "Payment received")).toBeVisible();
});

test("pays while the wasm never arrives", async ({ page, request, demo }) => {
  await page.route("**/*.wasm", () => {});
  await page.goto(path(await ask(request, demo)));
  await pay(page, NUMBERS.pays);
  await expect(outcome(page, "Payment received")).toBeVisible();
});

test("number and date are grouped with the caret kept, and the brand is shown", async ({ page, request, demo }) => {
  await page.goto(path(await ask(request, demo)));
  await hydrated(page);
  const number = page.getByLabel("Card number");
  await number.pressSequentially("378282246310005");
  await expect(number).toHaveValue("3782 822463 10005");
  await expect(page.locator(".marks")).toHaveAttribute("data-brand", "amex");
  await expect(number).toHaveAccessibleDescription(/American Express/);
  await number.press("Backspace");
  await number.press("Home");
  for (let step = 0; step < 5; step++) await number.press("ArrowRight");
  await number.pressSequentially("9");
  await expect(number).toHaveValue("3782 982246 31000");
  expect(await number.evaluate((input: HTMLInputElement) => input.selectionStart)).toBe(6);
  const expiry = page.getByLabel("Expiry date");
  await expiry.pressSequentially("934");
  await expect(expiry).toHaveValue("09 / 34");
});

test("leaving a field says what is wrong, mending it takes that back", async ({ page, request, demo }) => {
  await page.goto(path(await ask(request, demo)));
  await hydrated(page);
  const status = page.locator("form").getByRole("status");
  await expect(status).toHaveCount(1);
  const number = page.getByLabel("Card number");
  await number.press("Tab");
  await expect(number).not.toHaveAttribute("aria-invalid");
  await number.fill("4242424242424241");
  await number.press("Tab");
  await expect(number).toHaveAttribute("aria-invalid", "true");
  await expect(status).toHaveText("This card number isn’t right. Check its digits.");
  await expect(page.locator("#problems")).toBeHidden();
  await number.press("End");
  await number.press("Backspace");
  await number.press("2");
  await expect(number).not.toHaveAttribute("aria-invalid");
});

test("the button becomes busy and says so, and lets nothing through twice", async ({ page, request, demo }) => {
  await page.goto(path(await ask(request, demo)));
  await hydrated(page);
  await fill(page, NUMBERS.pays);
  // Stands for a server that takes its time: what would be sent is counted and goes nowhere.
  await page.evaluate(() => {
    addEventListener("submit", (event) => {
      if (!event.defaultPrevented) document.body.append(Object.assign(document.createElement("i"), { className: "sent" }));
      event.preventDefault();
    });
  });
  await button(page).click();
  const busy = page.getByRole("button", { name: "Paying €129.90…" });
  await expect(busy).toHaveAttribute("aria-disabled", "true");
  await expect(page.locator("form").getByRole("status")).toHaveText("Paying €129.90…");
  await busy.click({ force: true });
  await page.getByLabel("Name on card").press("Enter");
  await expect(page.locator("i.sent")).toHaveCount(1);
});

test("two tabs pay once", async ({ page, context, request, demo }) => {
  const intent = await ask(request, demo);
  const other = await context.newPage();
  for (const tab of [page, other]) {
    await tab.goto(path(intent));
    await fill(tab, NUMBERS.pays);
  }
  await Promise.all([page, other].map((tab) => button(tab).click()));
  for (const tab of [page, other]) await expect(outcome(tab, "Payment received")).toBeVisible({ timeout: 15_000 });
  expect(await attempts(request, demo, intent)).toHaveLength(1);
});

test("'back' after paying shows that it is paid", async ({ page, request, demo }) => {
  const intent = await ask(request, demo);
  await page.goto("/robots.txt");
  await page.goto(`${path(intent)}?lang=en`);
  await pay(page, NUMBERS.pays);
  await expect(outcome(page, "Payment received")).toBeVisible();
  await page.goto(`${path(intent)}?stay=1`);
  await page.goBack();
  await expect(outcome(page, "Payment received")).toBeVisible();
  await expect(button(page)).toHaveCount(0);
});

test("a page that waits for the bank follows by itself", async ({ page, request, demo }) => {
  const intent = await ask(request, demo);
  await page.goto(path(intent));
  await pay(page, NUMBERS.lost);
  await expect(outcome(page, "We are asking your bank")).toBeVisible();
  await expect(page.getByRole("main")).not.toContainText(/fail|refused|error/i);
  await expect(outcome(page, "Payment received")).toBeVisible({ timeout: 25_000 });
  expect(await attempts(request, demo, intent)).toHaveLength(1);
});

test("the page counts down and returns to the merchant, without telling where from", async ({ page, request, demo }) => {
  let referer: string | undefined = "not asked";
  await page.route("https://shop.example/**", (route) => {
    referer = route.request().headers()["referer"];
    return route.fulfill({ contentType: "text/html", body: "<h1>Back in the shop</h1>" });
  });
  const intent = await ask(request, demo, { return_url: "https://shop.example/thanks?order=1" });
  await page.goto(path(intent));
  await pay(page, NUMBERS.pays);
  await expect(page.locator("#seconds")).toHaveText("2");
  await expect(page.getByRole("heading", { name: "Back in the shop" })).toBeVisible();
  expect(page.url()).toBe("https://shop.example/thanks?order=1");
  expect(referer).toBeUndefined();
});

test("the payer can stay", async ({ page, request, demo }) => {
  await page.route("https://shop.example/**", (route) => route.fulfill({ contentType: "text/html", body: "<h1>Back in the shop</h1>" }));
  const intent = await ask(request, demo, { return_url: "https://shop.example/thanks" });
  await page.goto(path(intent));
  await pay(page, NUMBERS.pays);
  await page.getByRole("link", { name: "Stay here" }).click();
  await page.waitForTimeout(3500);
  await expect(outcome(page, "Payment received")).toBeVisible();
  await page.getByRole("link", { name: "Return to" }).click();
  await expect(page.getByRole("heading", { name: "Back in the shop" })).toBeVisible();
});

type Visit = { page: Page; url: string; lang: "en" | "fr"; request: APIRequestContext; demo: Demo };

/** Every step, by what brings it about. */
const STEPS: Record<string, (visit: Visit) => Promise<void>> = {
  form: ({ page }) => hydrated(page),
  problems: async ({ page, lang }) => {
    await hydrated(page);
    await fill(page, NUMBERS.pays, lang);
    await page.locator("#exp").fill("09 / 24");
    await page.locator("#cvc").fill("");
    await button(page, lang).click();
    await expect(page.locator("#problems")).toBeFocused();
  },
  "test-cards": ({ page }) => page.locator(".sandbox summary").click(),
  refused: async ({ page, lang }) => {
    await pay(page, NUMBERS.funds, lang);
    await expect(page.locator("#refused")).toBeVisible();
    await hydrated(page);
  },
  recheck: async ({ page, lang, url, request, demo }) => {
    await fill(page, NUMBERS.pays, lang);
    await api(request, demo, "PATCH", `payment_intents/${url.match(/pi_\w{24}/)?.[0]}`, { amount: 14990 });
    await button(page, lang).click();
    await expect(page.locator("#recheck")).toBeFocused();
    await hydrated(page);
  },
  unanswered: async ({ page, lang, url }) => {
    await pay(page, NUMBERS.challenge, lang);
    await page.waitForURL(/\/bank\//);
    await page.goto(url);
  },
  checking: async ({ page, lang }) => {
    await pay(page, NUMBERS.late, lang);
    await expect(page.locator(".mark.waiting")).toBeVisible();
  },
  done: async ({ page, lang }) => {
    await pay(page, NUMBERS.pays, lang);
    await expect(page.locator(".mark.paid")).toBeVisible();
  },
  cancelled: async ({ page, url, request, demo }) => {
    const id = url.match(/pi_\w{24}/)?.[0];
    await api(request, demo, "DELETE", `payment_intents/${id}`);
    await page.goto(url);
  },
  absent: async ({ page }) => {
    await page.goto("/pi_000000000000000000000000");
  },
};

for (const [step, reach] of Object.entries(STEPS)) {
  for (const scheme of ["light", "dark"] as const) {
    test(`${step} is accessible, fits any width and looks right, ${scheme}`, async ({ page, request, demo }, { project }) => {
      await page.emulateMedia({ colorScheme: scheme });
      const lang = scheme === "dark" ? "fr" : "en";
      const url = `${path(await ask(request, demo))}?lang=${lang}`;
      await page.goto(url);
      await reach({ page, url, lang, request, demo });
      // What arrives is still half transparent while it does.
      await page.waitForTimeout(300);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations).toEqual([]);
      await page.screenshot({ path: `shots/checkout-${step}-${project.name}-${scheme}.png`, fullPage: true });
      await page.setViewportSize({ width: 320, height: 640 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
      await page.screenshot({ path: `shots/checkout-${step}-320-${scheme}.png`, fullPage: true });
    });
  }
}

