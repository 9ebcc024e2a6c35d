// Grades the checkout and the dashboard as Mozilla's HTTP Observatory does, on this machine alone: `node grade.mjs [BINARY]`, where BINARY is
// target/release/guichet unless given. Fails below A+.
//
// The certificate is the one that GUICHET_TLS=auto makes, served as an operator serves their own: only then are browsers told to come by TLS alone.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const SELF = fileURLToPath(import.meta.url);
const HERE = dirname(SELF);
const BINARY = resolve(process.argv[2] ?? join(HERE, "../../target/release/guichet"));
const WANTED = "A+";

async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  return port;
}

async function until(what, isSo) {
  for (let tries = 0; tries < 1200; tries += 1) {
    if (await isSo()) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`never: ${what}`);
}

async function serving(args, env, isUp, then) {
  const server = spawn(BINARY, ["serve", ...args], { env: { ...process.env, ...env }, stdio: ["ignore", "ignore", "inherit"] });
  try {
    await until("the server is up", () => {
      if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}`);
      return isUp();
    });
    return await then();
  } finally {
    server.kill("SIGINT");
    if (server.exitCode === null) await once(server, "exit");
  }
}

/** In a process that trusts our authority, where this file runs again. */
async function grades(url, demo) {
  const { scan } = await import("@mdn/mdn-http-observatory");
  // A list of names that browsers know beforehand, which would be fetched. This machine is on none.
  const known = join(HERE, "node_modules/@mdn/mdn-http-observatory/conf/hsts-preload.json");
  if (!existsSync(known)) writeFileSync(known, "{}");
  await until("it answers", () => fetch(`${url}/health`).then((answer) => answer.ok, () => false));
  const made = await fetch(`${url}/v2/payment_intents/`, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(`${demo.secret_key}:`).toString("base64")}`, "content-type": "application/json" },
    body: JSON.stringify({ amount: 12990, currency: "eur", description: "Teapot and cups" }),
  });
  const pages = { checkout: new URL((await made.json()).url).pathname, dashboard: "/dashboard/sign-in", documentation: "/docs" };
  let worse = 0;
  for (const [name, path] of Object.entries(pages)) {
    // Port and path go with the name: it asks for `https://` and this.
    const { scan: found, tests } = await scan(`${new URL(url).host}${path}`);
    console.log(`observatory: ${name} ${found.grade} (${found.score}), ${found.testsPassed} of ${found.testsQuantity} tests passed`);
    for (const [test, { pass, result, scoreModifier }] of Object.entries(tests)) {
      if (!pass || scoreModifier < 0) console.log(`  ${test}: ${result} (${scoreModifier})`);
    }
    if (found.grade !== WANTED) worse += 1;
  }
  return worse;
}

async function main() {
  const data = mkdtempSync(join(tmpdir(), "guichet-observatory-"));
  const [cert, key, authority] = ["cert", "key", "ca"].map((name) => join(data, "tls", `${name}.pem`));
  const port = await freePort();
  const env = { GUICHET_DATA: data, GUICHET_LISTEN: `127.0.0.1:${port}`, GUICHET_PUBLIC_URL: `https://localhost:${port}` };
  try {
    await serving([], { ...env, GUICHET_TLS: "auto" }, () => existsSync(cert), () => undefined);
    const shown = join(data, "demo.json");
    const graded = await serving(["--demo"], { ...env, GUICHET_TLS_CERT: cert, GUICHET_TLS_KEY: key }, () => existsSync(shown), () =>
      spawnAsync(process.execPath, [SELF, "--grades", env.GUICHET_PUBLIC_URL, shown], { ...process.env, NODE_EXTRA_CA_CERTS: authority }),
    );
    process.exitCode = graded;
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

async function spawnAsync(command, args, env) {
  const [code] = await once(spawn(command, args, { env, stdio: "inherit" }), "exit");
  return code ?? 1;
}

if (process.argv[2] === "--grades") {
  process.exitCode = (await grades(process.argv[3], JSON.parse(readFileSync(process.argv[4], "utf8")))) ? 1 : 0;
} else {
  await main();
}
