import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createToken } from "../auth/tokens";
import { createUser } from "../auth/users";
import { closeDatabase, type Db, openDatabase } from "../db/client";
import { startEmbeddedPostgres } from "../db/embedded";
import { migrate } from "../db/migrate";
import { migrateQueue } from "../queue/migrate";
import { timed } from "./measure";

/** The built product under measurement, on a database of its own, with access to both. */
export interface Subject {
  db: Db;
  databaseUrl: string;
  url: string;
  userId: string;
  token: string;
  folder: string;
  /** Ends the server and starts it again; milliseconds from the start of the new one until it is healthy. */
  restart(): Promise<number>;
  stop(): Promise<void>;
}

/**
 * Starts the production build with `workers` worker processes in a temporary folder on a free port;
 * `settings` are environment variables.
 */
export async function startSubject(workers: number, settings: Record<string, string> = {}): Promise<Subject> {
  const folder = await mkdtemp(join(tmpdir(), "phaseboard-bench-"));
  const postgres = await startEmbeddedPostgres({ dataDir: folder, log: () => {} });
  await migrate(postgres.url, { queue: migrateQueue });
  const db = openDatabase(postgres.url, { name: "bench", max: 4 });
  const user = await createUser(db, {
    email: "bench@example.com",
    name: "Bench",
    password: "bench-password",
    is_admin: true,
  });
  const { token } = await createToken(db, { user_id: user.id, name: "bench" });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const start = () =>
    spawn(process.execPath, ["src/cli/bin.mjs", "start"], {
      stdio: ["ignore", "ignore", "inherit"],
      env: {
        ...process.env,
        PORT: String(port),
        HOST: "127.0.0.1",
        DATABASE_URL: postgres.url,
        PHASEBOARD_DATA_DIR: folder,
        PHASEBOARD_WORKERS: String(workers),
        PHASEBOARD_LOG_LEVEL: "warn",
        // The measures are of the same as ever; the box has one of its own.
        PHASEBOARD_SANDBOX: "off",
        ...settings,
      },
    });
  let server = start();
  const restart = async () => {
    await ended(server);
    server = start();
    return timed(() => untilHealthy(url, server));
  };
  const stop = async () => {
    await ended(server);
    await closeDatabase(db);
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await untilHealthy(url, server);
  } catch (error) {
    await stop();
    throw error;
  }
  return { db, databaseUrl: postgres.url, url, userId: user.id, token, folder, restart, stop };
}

async function untilHealthy(url: string, server: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (server.exitCode !== null) throw new Error("phaseboard ended before it served");
    const healthy = await fetch(`${url}/api/health`).then(
      (response) => response.ok,
      () => false,
    );
    if (healthy) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("phaseboard did not serve within a minute");
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, "exit");
  server.kill("SIGTERM");
  await exited;
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/** Calls a procedure over HTTP with the token; returns the parsed result. */
export async function call<T>(subject: Subject, method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(`${subject.url}/api${path}`, {
    method,
    headers: { authorization: `Bearer ${subject.token}`, "content-type": "application/json" },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const answer = (await response.json()) as { data: T; error?: { message: string } };
  if (answer.error) throw new Error(`${method} ${path}: ${answer.error.message}`);
  return answer.data;
}
