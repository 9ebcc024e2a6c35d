// One picture of each state. What is wrong on it is for people to see: nothing is compared.
import { expect, test } from "../fixtures";
import { be, speak } from "../tests/desk";
import { STATES } from "../tests/states";

const wanted = STATES.filter(({ name }) => new RegExp(process.env.SHOTS ?? "").test(name));

for (const { name, who, at, then } of wanted) {
  test(name, async ({ page, context, request, demo, quiet }, { project }) => {
    const lang = project.name.endsWith("fr") ? "fr" : "en";
    await speak(context, lang);
    if (who) await be(context, demo, who);
    const here = { page, request, demo, lang } as const;
    await page.goto(typeof at === "string" ? at : await at(here));
    await page.locator("main").waitFor();
    // Signed in, the page answers by itself: dialogs lie above it, and what needs script is shown.
    if (who) await page.locator("html[data-hydrated]").waitFor({ state: "attached", timeout: 60_000 });
    await then?.(here);
    await page.evaluate(() => document.fonts.ready);
    await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
    // Transitions end, and what a click leads to has come.
    await page.waitForTimeout(then ? 400 : 100);
    await page.screenshot({ path: `shots/${name}.${project.name}.png`, fullPage: !then, animations: "disabled" });
    quiet.length = 0;
  });
}
