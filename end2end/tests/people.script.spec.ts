// Team, security and audit log: nothing for axe to find, in both languages and schemes, and nothing too wide for a phone.
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "../fixtures";
import { hydrated, signIn } from "./dashboard";
import { invited, member } from "./people";

const PAGES = ["team", "team?do=invite", "team?do=leave", "security", "audit"].map((page) => `/dashboard/settings/${page}`);

for (const [colorScheme, lang] of [["light", "en"], ["dark", "fr"]] as const) {
  test(`axe finds nothing, ${colorScheme}, ${lang}`, async ({ page, request, demo }) => {
    await page.emulateMedia({ colorScheme });
    const { path } = await invited(request, demo, "finance");
    const admin = await member(request, demo, "admin");
    const check = async (name: string) => {
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${name}: ${id} ${nodes[0]?.html}`)).toEqual([]);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(wide, `${name} scrolls sideways`).toBe(0);
    };
    await signIn(page, admin);
    await page.goto(`${path}?lang=${lang}`);
    await check("invitation");
    await page.goto("/dashboard/invitation/join_nothing");
    await check("no invitation");
    for (const at of PAGES) {
      await page.goto(at);
      await hydrated(page);
      await check(at);
    }
  });
}
