// Sessions for tests that look at many pages: each person signs in once a worker, not once a page.
import { request as requests, type BrowserContext } from "@playwright/test";
import type { Demo } from "./checkout";

type Members = { email: string; role: string; password: string }[];
const sessions = new Map<string, Promise<string>>();

/** How somebody with this role signs in. */
export function person(demo: Demo, role: string): { email: string; password: string } {
  const found = (demo.members as unknown as Members).find((member) => member.role === role);
  return role === "owner" || !found ? { email: demo.email, password: demo.password } : found;
}

async function open(demo: Demo, role: string): Promise<string> {
  const { email, password } = person(demo, role);
  const context = await requests.newContext({ baseURL: process.env.GUICHET_URL });
  const answer = await context.post("/dashboard/sign-in", { form: { email, password }, maxRedirects: 0 });
  const cookie = /session=(\w+)/.exec(answer.headers()["set-cookie"] ?? "")?.[1];
  await context.dispose();
  if (!cookie) throw new Error(`${email} can't sign in: ${answer.status()}`);
  return cookie;
}

/** Gives the browser the session of somebody with this role. */
export async function be(context: BrowserContext, demo: Demo, role: string): Promise<void> {
  const session = sessions.get(role) ?? open(demo, role);
  sessions.set(role, session);
  await context.addCookies([{ name: "session", value: await session, url: process.env.GUICHET_URL ?? "" }]);
}

/** And the language. */
export async function speak(context: BrowserContext, lang: string): Promise<void> {
  await context.addCookies([{ name: "lang", value: lang, url: process.env.GUICHET_URL ?? "" }]);
}
