import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, afterEach, beforeAll } from "vitest";
import type { DoorOptions } from "../api/door/web-server";
import { createToken } from "../auth/tokens";
import { bundleProgram } from "./bundle";
import type { TestDatabase } from "./database";
import { buildProduct } from "./product";

/** What a first build may take on a busy machine. */
const BUILD_MS = 600_000;
const SECRET = "a secret of the tests";
// Below node_modules, so that the packages it leaves out are found from there.
const BUNDLE = `node_modules/.cache/phaseboard-test/api-${process.pid}.mjs`;
let program: Promise<string> | undefined;

/** The API of the built product, while the tests of the file run. */
export function serveApi(
  database: TestDatabase,
  options: Partial<DoorOptions> = {},
  env: Record<string, string> = {},
): () => ApiProcess {
  let api: ApiProcess | undefined;
  beforeAll(async () => {
    api = await startApiProcess(database, env, options);
  }, BUILD_MS);
  afterAll(() => api?.end());
  return () => {
    if (!api) throw new Error("the API is there once the tests run, in hooks and tests alone");
    return api;
  };
}

export interface ApiProcess {
  /** Where it serves, without a path. */
  url: string;
  child: ChildProcess;
  /** All that it has logged so far. */
  log(): string;
  /** The highest resident memory since the last call, in bytes; garbage is collected then. */
  peak(): Promise<number>;
  /** Kills it, and waits until it has let go of the database. */
  end(): Promise<void>;
}

const running = new Set<ApiProcess>();

/** Kills what a test leaves running. Call it once in the file. */
export function endApisAfterEach(): void {
  afterEach(async () => {
    for (const api of running) await api.end();
  });
}

/** The API of the built product in a process of its own. What was built before the sources changed is built anew. */
export async function startApiProcess(
  database: TestDatabase,
  env: Record<string, string> = {},
  options: Partial<DoorOptions> = {},
): Promise<ApiProcess> {
  program ??= prepare();
  const given = { DATABASE_URL: database.url, NEXTAUTH_SECRET: SECRET, API_OPTIONS: JSON.stringify(options) };
  const child = spawn(process.execPath, ["--expose-gc", await program], {
    env: { ...process.env, NODE_ENV: "production", ...given, ...env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const exited = once(child, "exit");
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (bytes) => {
      log += bytes;
    });
  }
  const [port] = await Promise.race([once(child, "message"), exited.then(() => [])]);
  if (!port) throw new Error(`the API did not start:\n${log}`);
  const api: ApiProcess = {
    url: `http://127.0.0.1:${port}`,
    child,
    log: () => log,
    async peak() {
      const answer = once(child, "message");
      child.send("peak");
      const [bytes] = await answer;
      return Number(bytes);
    },
    async end() {
      running.delete(api);
      child.kill("SIGKILL");
      await exited;
    },
  };
  running.add(api);
  return api;
}

async function prepare(): Promise<string> {
  buildProduct();
  return bundleProgram("src/test/api-entry.ts", BUNDLE);
}

/** A new token of somebody's. */
export async function tokenOf({ db }: TestDatabase, user_id: string): Promise<string> {
  return (await createToken(db, { user_id, name: "test" })).token;
}
