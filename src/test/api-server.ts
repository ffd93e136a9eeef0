import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll } from "vitest";
import { type DoorOptions, makeWebServer } from "../api/door/web-server";
import { answerApi } from "../api/node-http";
import { createToken } from "../auth/tokens";
import { closeDatabase } from "../db/client";
import { web } from "../trpc/web";
import { bundleProgram } from "./bundle";
import type { TestDatabase } from "./database";

const SECRET = "a secret of the tests";
// Below node_modules, so that the packages it leaves out are found from there.
const BUNDLE = `node_modules/.cache/phaseboard-test/api-${process.pid}.mjs`;
let bundle: Promise<string> | undefined;

/**
 * The API on the real server in this process, while the tests of the file run. Gives its address, without a path.
 * `answers` is asked first.
 */
export function serveApi(
  database: TestDatabase,
  options: Partial<DoorOptions> = {},
  answers: (incoming: IncomingMessage, outgoing: ServerResponse) => boolean = () => false,
): () => string {
  const door = { url: "http://127.0.0.1:3000", trustProxy: null, corsOrigins: [], ...options };
  const server = makeWebServer(door, (request, response) => {
    if (!answers(request, response) && !answerApi(request, response)) response.writeHead(404).end();
  });
  beforeAll(async () => {
    process.env.DATABASE_URL = database.url;
    process.env.NEXTAUTH_SECRET = SECRET;
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await closeDatabase(web().db);
  });
  return () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export interface ApiProcess {
  url: string;
  child: ChildProcess;
  /** The highest resident memory since the last call, in bytes; garbage is collected then. */
  peak(): Promise<number>;
}

const running = new Set<ChildProcess>();

/** Kills what a test leaves running. Call it once in the file. */
export function endApisAfterEach(): void {
  afterEach(async () => {
    for (const child of running) {
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
    }
  });
}

/** The API on a real server in a process of its own. */
export async function startApiProcess(
  database: TestDatabase,
  env: Record<string, string> = {},
): Promise<ApiProcess> {
  bundle ??= bundleProgram("src/test/api-entry.ts", BUNDLE);
  const child = spawn(process.execPath, ["--expose-gc", await bundle], {
    env: { ...process.env, DATABASE_URL: database.url, NEXTAUTH_SECRET: SECRET, ...env },
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  running.add(child);
  child.once("exit", () => running.delete(child));
  const [port] = await once(child.stdout ?? child, "data");
  return {
    url: `http://127.0.0.1:${String(port).trim()}`,
    child,
    async peak() {
      const answer = once(child, "message");
      child.send("peak");
      const [bytes] = await answer;
      return Number(bytes);
    },
  };
}

/** A new token of somebody's. */
export async function tokenOf({ db }: TestDatabase, user_id: string): Promise<string> {
  return (await createToken(db, { user_id, name: "test" })).token;
}
