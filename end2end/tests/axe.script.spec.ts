// Axe finds nothing, on any page in any state: in English on a desktop, in French on a phone, each light and dark.
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "../fixtures";
import { be, speak } from "./desk";
import { STATES } from "./states";

// A payment's page is the same whatever became of it, but for what these show.
const ALIKE = /^payment-(?!awaiting|fraud|to_validate|paid|disputed|refunded|refused|refund$|capture$|unknown)/;

for (const { name, who, at, then } of STATES.filter((state) => !ALIKE.test(state.name))) {
  test(`axe finds nothing: ${name}`, async ({ page, context, request, demo, quiet }, { project }) => {
    const lang = project.name === "phone" ? "fr" : "en";
    await speak(context, lang);
    if (who) await be(context, demo, who);
    const here = { page, request, demo, lang } as const;
    await page.goto(typeof at === "string" ? at : await at(here));
    if (who) await page.locator("html[data-hydrated]").waitFor({ state: "attached", timeout: 60_000 });
    await then?.(here);
    await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
    const light = await new AxeBuilder({ page }).analyze();
    expect(light.violations, "light").toEqual([]);
    await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
    const dark = await new AxeBuilder({ page }).withRules(["color-contrast"]).analyze();
    expect(dark.violations, "dark").toEqual([]);
    // States that answer with an error are reported by the browser; the tests of each page look at what it says.
    quiet.length = 0;
  });
}
