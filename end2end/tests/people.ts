// People of a team for tests: made as an owner makes them, by an invitation that is handed over and used.
import type { APIRequestContext } from "@playwright/test";
import { expect } from "../fixtures";
import type { Demo } from "./checkout";

export type Role = "admin" | "developer" | "finance" | "support" | "viewer";

const unique = () => Math.random().toString(36).slice(2, 8);
const json = { accept: "application/json" };

/** An invitation made by the demonstration's owner: the path to open, and for whom. */
export async function invited(request: APIRequestContext, demo: Demo, role: Role): Promise<{ path: string; email: string }> {
  const email = `${role}-${unique()}@shop.example`;
  await request.post("/dashboard/sign-in", { form: { email: demo.email, password: demo.password }, maxRedirects: 0 });
  const made = await request.post("/_fn/settings/team/act", { form: { doing: "invite", email, role }, headers: json });
  expect(made.status(), await made.text()).toBe(200);
  const { url } = await made.json();
  await request.post("/dashboard/sign-out", { maxRedirects: 0 });
  return { path: new URL(url).pathname, email };
}

/** Somebody new with this role: sign in with `signIn(page, await member(request, demo, "viewer"))`. */
export async function member(request: APIRequestContext, demo: Demo, role: Role): Promise<Demo> {
  const { path, email } = await invited(request, demo, role);
  const [name, password] = [`${role[0].toUpperCase()}${role.slice(1)} ${unique()}`, "correct horse battery staple"];
  const joined = await request.post(path, { form: { name, password }, maxRedirects: 0 });
  expect(joined.status(), await joined.text()).toBe(303);
  await request.post("/dashboard/sign-out", { maxRedirects: 0 });
  return { ...demo, name, email, password };
}
