// Starts the release binary with a data folder of its own and stops it when the tests are done. What it says goes to
// test-results/server.log.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const BINARY = resolve(__dirname, "..", process.env.GUICHET_BINARY ?? "target/release/guichet");
const LOG_FOLDER = resolve(__dirname, "test-results");
// A debug build on a busy machine takes its time to make the demonstration.
const PATIENCE_MS = 90_000;

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}

async function answering(url: string, server: ChildProcess): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
    if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}: see ${LOG_FOLDER}/server.log`);
    const answer = await fetch(`${url}/health`).catch(() => null);
    if (answer?.ok) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error("the server does not answer");
}

export default async function start(): Promise<() => Promise<void>> {
  const data = mkdtempSync(join(tmpdir(), "guichet-"));
  const listen = `127.0.0.1:${await freePort()}`;
  mkdirSync(LOG_FOLDER, { recursive: true });
  const log = openSync(join(LOG_FOLDER, "server.log"), "w");
  const server = spawn(BINARY, ["serve", "--demo"], {
    env: { ...process.env, GUICHET_LISTEN: listen, GUICHET_DATA: data },
    stdio: ["ignore", log, log],
  });
  const stop = async () => {
    if (server.exitCode === null) {
      server.kill("SIGINT");
      await once(server, "exit");
    }
    rmSync(data, { recursive: true, force: true });
  };
  try {
    await answering(`http://${listen}`, server);
    // The workers that run the tests inherit the environment.
    process.env.GUICHET_URL = `http://${listen}`;
    process.env.GUICHET_DEMO = readFileSync(join(data, "demo.json"), "utf8");
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}
