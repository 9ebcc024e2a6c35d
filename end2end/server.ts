// Starts the release binary with a data folder of its own and stops it when the tests are done. What it says goes to
// test-results/server.log. All that is said over HTTP is recorded, and when the tests are done no card number may be found in
// it, in the data folder or in the log.
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Recorder } from "./carddata/recorder";

export const BINARY = resolve(__dirname, "..", process.env.GUICHET_BINARY ?? "target/release/guichet");
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
  const record = mkdtempSync(join(tmpdir(), "guichet-record-"));
  const port = await freePort();
  const recorder = await Recorder.start(record, () => port);
  const url = `http://127.0.0.1:${recorder.port}`;
  mkdirSync(LOG_FOLDER, { recursive: true });
  const log = openSync(join(LOG_FOLDER, "server.log"), "w");
  const server = spawn(BINARY, ["serve", "--demo"], {
    env: { ...process.env, GUICHET_LISTEN: `127.0.0.1:${port}`, GUICHET_PUBLIC_URL: url, GUICHET_DATA: data },
    stdio: ["ignore", log, log],
  });
  const end = async () => {
    if (server.exitCode === null) {
      server.kill("SIGINT");
      await once(server, "exit");
    }
  };
  const clear = () => [data, record].forEach((folder) => rmSync(folder, { recursive: true, force: true }));
  const stop = async () => {
    await recorder.stop();
    // What only the write-ahead log holds is gone once the server has ended.
    cpSync(data, join(record, "running"), { recursive: true });
    await end();
    cpSync(data, join(record, "ended"), { recursive: true });
    cpSync(join(LOG_FOLDER, "server.log"), join(record, "server.log"));
    const scan = spawnSync(join(__dirname, "carddata", "scan"), [record], { stdio: "inherit" });
    clear();
    if (scan.status !== 0) throw new Error("card data was found where none may be: see above");
  };
  try {
    await answering(url, server);
    // The workers that run the tests inherit the environment.
    process.env.GUICHET_URL = url;
    process.env.GUICHET_DEMO = readFileSync(join(data, "demo.json"), "utf8");
  } catch (error) {
    await recorder.stop();
    await end();
    clear();
    throw error;
  }
  return stop;
}
