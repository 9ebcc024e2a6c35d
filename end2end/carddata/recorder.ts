// Stands between the tests and the server: hands every byte on as it comes, both ways, and keeps what was said in `exchanges.jsonl`, a line for
// each request with its answer. The server and the tests notice nothing.
import { once } from "node:events";
import { appendFileSync } from "node:fs";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { constants, brotliDecompressSync, gunzipSync } from "node:zlib";

type Message = { first: string; head: string; body: Buffer };

export class Recorder {
  private readonly sockets = new Set<Socket>();
  private readonly files = new Set<string>();

  private constructor(
    private readonly server: Server,
    private readonly file: string,
  ) {}

  /** Listens on a free port; where it leads to is said later. */
  static async start(folder: string, onward: () => number): Promise<Recorder> {
    const server = createServer();
    const recorder = new Recorder(server, join(folder, "exchanges.jsonl"));
    server.on("connection", (client) => recorder.between(client, connect(onward(), "127.0.0.1")));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return recorder;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Ends what is still open; everything said is written down then. */
  async stop(): Promise<void> {
    const closed = once(this.server, "close");
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private between(client: Socket, server: Socket): void {
    const [sent, got]: [Buffer[], Buffer[]] = [[], []];
    client.on("data", (bytes) => sent.push(bytes));
    server.on("data", (bytes) => got.push(bytes));
    client.pipe(server);
    server.pipe(client);
    for (const [one, other] of [[client, server], [server, client]]) {
      one.setNoDelay(true);
      this.sockets.add(one);
      // What is cut off on one side is cut off on the other.
      one.on("error", () => other.destroy());
      one.on("close", () => {
        this.sockets.delete(one);
        if (!other.destroyed) other.destroy();
        else this.note(Buffer.concat(sent), Buffer.concat(got));
      });
    }
  }

  private note(sent: Buffer, got: Buffer): void {
    const requests = [...messages(sent, () => false)];
    let at = 0;
    const answers = [...messages(got, (first) => {
      // "100 Continue" and its like come before the answer itself.
      const bodiless = /^\S+ (1\d\d|204|304)/.test(first) || requests[at]?.first.startsWith("HEAD ");
      if (!/^\S+ 1\d\d/.test(first)) at += 1;
      return Boolean(bodiless);
    })].filter(({ first }) => !/^\S+ 1\d\d/.test(first));
    const lines = requests.map((request, index) => {
      const answer = answers[index];
      // The same file every time: its name holds the hash of its content.
      const again = request.first.includes(" /assets/") && this.files.has(request.first);
      this.files.add(request.first);
      const said = answer && !again ? Buffer.concat([Buffer.from(`${answer.head}\r\n\r\n`, "latin1"), decoded(answer)]) : Buffer.alloc(0);
      const asked = Buffer.concat([Buffer.from(`${request.head}\r\n\r\n`, "latin1"), request.body]);
      return JSON.stringify({ asked: asked.toString("base64"), said: said.toString("base64") });
    });
    if (lines.length > 0) appendFileSync(this.file, `${lines.join("\n")}\n`);
  }
}

/** The messages of one direction of a connection, RFC 9112; the last may be cut off. */
function* messages(bytes: Buffer, bodiless: (first: string) => boolean): Generator<Message> {
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf("\r\n\r\n", at);
    const head = bytes.toString("latin1", at, end < 0 ? bytes.length : end);
    at = end < 0 ? bytes.length : end + 4;
    const first = head.split("\r\n", 1)[0];
    const field = (name: string) => new RegExp(`^${name}: *(.*?) *$`, "im").exec(head)?.[1];
    let body = Buffer.alloc(0);
    if (bodiless(first)) {
      // Nothing follows, whatever its length is said to be.
    } else if (/chunked/i.test(field("transfer-encoding") ?? "")) {
      const chunks: Buffer[] = [];
      for (let size = 1; size > 0 && at < bytes.length; ) {
        const line = bytes.indexOf("\r\n", at);
        if (line < 0) break;
        size = parseInt(bytes.toString("latin1", at, line), 16) || 0;
        chunks.push(bytes.subarray(line + 2, line + 2 + size));
        at = line + 2 + size + 2;
      }
      body = Buffer.concat(chunks);
    } else {
      const length = field("content-length");
      // An answer of no stated length lasts until the end; a request of none has no body.
      const until = length !== undefined ? at + Number(length) : first.startsWith("HTTP/") ? bytes.length : at;
      body = bytes.subarray(at, until);
      at = until;
    }
    yield { first, head, body };
  }
}

function decoded({ head, body }: Message): Buffer {
  const coding = /^content-encoding: *(\S+)/im.exec(head)?.[1];
  // What was cut off is read as far as it goes.
  if (coding === "br") return brotliDecompressSync(body, { finishFlush: constants.BROTLI_OPERATION_FLUSH });
  if (coding === "gzip") return gunzipSync(body, { finishFlush: constants.Z_SYNC_FLUSH });
  return body;
}
