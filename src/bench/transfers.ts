import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type IncomingMessage, type RequestOptions, request } from "node:http";
import { compare, type Measure, quantile, timed } from "./measure";
import type { Seed } from "./seed";
import { call, type Subject } from "./subject";

const BYTES = 100 * 1024 * 1024;
const ROUNDS = 5;
/** Number of small queries in a sample; their 99th percentile counts. */
const QUERIES = 300;
const BOUNDARY = "----bench";
const STEP = "hello";

/** Sends `body` and reads the whole answer; returns its text, of which at most some 100 KB are kept. */
function transfer(url: string, options: RequestOptions, body?: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, options, (incoming: IncomingMessage) => {
      let text = "";
      let size = 0;
      incoming.on("data", (piece: Buffer) => {
        size += piece.length;
        if (size < 100_000) text += piece;
      });
      incoming.on("error", reject);
      incoming.on("end", () => {
        const ok = incoming.statusCode === 200 || incoming.statusCode === 201;
        if (ok) resolve(text);
        else reject(new Error(`${url}: ${incoming.statusCode} ${text}`));
      });
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

function formWith(content: Buffer): Buffer {
  const part = (name: string, more = "") =>
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n`;
  return Buffer.concat([
    Buffer.from(`${part("step_id")}${STEP}\r\n${part("file", '; filename="bench.bin"')}`),
    content,
    Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
  ]);
}

/**
 * Uploads and downloads of 100 MB against a bare server, and their effect on a small query at the same time.
 */
export async function measureTransfers(subject: Subject, seed: Seed): Promise<Measure[]> {
  const run = await call<{ id: string }>(subject, "POST", `/workflows/${seed.definitionId}/execute`, {});
  const bare = spawn(process.execPath, ["src/bench/bare-server.mjs", subject.folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const floor = `http://127.0.0.1:${String((await once(bare.stdout, "data"))[0]).trim()}`;
    const uploads = `${subject.url}/api/workflow-executions/${run.id}/artifacts`;
    const speeds = await measureSpeeds(subject, uploads, floor);
    return [...speeds, await measureBeside(subject, seed, uploads)];
  } finally {
    await end(bare);
  }
}

async function measureSpeeds(subject: Subject, uploads: string, floor: string): Promise<Measure[]> {
  const content = Buffer.alloc(BYTES);
  for (let at = 0; at < BYTES; at += 4) content.writeUInt32LE((at * 2654435761) % 2 ** 32, at);
  const form = formWith(content);
  const authorization = `Bearer ${subject.token}`;
  const samples = {
    up: [] as number[],
    bareUp: [] as number[],
    down: [] as number[],
    bareDown: [] as number[],
  };
  const speed = async (into: number[], work: () => Promise<unknown>) => {
    into.push(BYTES / 1e6 / ((await timed(work)) / 1000));
  };
  const type = `multipart/form-data; boundary=${BOUNDARY}`;
  for (let round = 0; round <= ROUNDS; round++) {
    // The first round warms both up and does not count.
    const into = round === 0 ? { up: [], bareUp: [], down: [], bareDown: [] } : samples;
    let made = "";
    const headers = { authorization, "content-type": type, "content-length": form.length };
    await speed(into.up, async () => {
      made = await transfer(uploads, { method: "POST", headers }, form);
    });
    const bareHeaders = { "content-length": content.length };
    await speed(into.bareUp, () => transfer(floor, { method: "POST", headers: bareHeaders }, content));
    const { id } = (JSON.parse(made) as { data: { id: string } }).data;
    const address = `${subject.url}/api/artifacts/${id}`;
    await speed(into.down, () => transfer(address, { headers: { authorization } }));
    await speed(into.bareDown, () => transfer(floor, {}));
    await call(subject, "DELETE", `/artifacts/${id}`);
  }
  const limit = { at_least: 0.7 };
  const against = "against a bare server";
  return [
    compare(
      `upload of 100 MB ${against} with the same hash and fsync`,
      "MB/s",
      samples.up,
      samples.bareUp,
      limit,
    ),
    compare(`download of 100 MB ${against}`, "MB/s", samples.down, samples.bareDown, limit),
  ];
}

async function measureBeside(subject: Subject, { projectId }: Seed, uploads: string): Promise<Measure> {
  const form = formWith(Buffer.alloc(BYTES, 1));
  const headers = {
    authorization: `Bearer ${subject.token}`,
    "content-type": `multipart/form-data; boundary=${BOUNDARY}`,
    "content-length": form.length,
  };
  const made = await transfer(uploads, { method: "POST", headers }, form);
  const { id } = (JSON.parse(made) as { data: { id: string } }).data;
  const p99 = async () => {
    const times: number[] = [];
    for (let query = 0; query < QUERIES; query++) {
      times.push(await timed(() => call(subject, "GET", `/projects/${projectId}`)));
    }
    return quantile(times, 0.99);
  };
  await p99();
  const beside: number[] = [];
  const alone: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    alone.push(await p99());
    const words = [uploads, `${subject.url}/api/artifacts/${id}`, subject.token];
    const load = spawn(process.execPath, ["src/bench/transfer-load.mjs", ...words], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(load.stdout, "data");
    beside.push(await p99());
    await end(load);
  }
  return compare("p99 of a small query beside an upload and a download of 100 MB", "ms", beside, alone, {
    at_most: 2,
  });
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}
