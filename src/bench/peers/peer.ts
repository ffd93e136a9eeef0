import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { freePort } from "../subject";
import { installPeer, UNTRACKED } from "./install";

/** A system that runs workflows: Phaseboard or one of those it is compared with. */
export interface Peer {
  name: string;
  /** Runs a workflow of `steps` fib(n) steps in sequence; resolves when the caller knows that it ended. */
  run(steps: number, n: number): Promise<unknown>;
  /**
   * Milliseconds from the start of the newest run's first step to the run's end, if the peer records that.
   */
  stepsTook?(): Promise<number>;
  stop(): Promise<void>;
}

const READY_MS = 60_000;

export async function startDbos(databaseUrl: string): Promise<Peer> {
  const folder = await installPeer("dbos");
  const peer = askedByHttp("DBOS", await forkPeer("dbos.mjs", [folder, databaseUrl]));
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  return {
    ...peer,
    async stepsTook() {
      const [row] = await sql<{ ms: number }[]>`
        select (coalesce(w.completed_at, w.updated_at) - (
          select min(o.started_at_epoch_ms) from dbos.operation_outputs o where o.workflow_uuid = w.workflow_uuid
        ))::float8 as ms
        from dbos.workflow_status w order by w.created_at desc limit 1`;
      return row?.ms ?? Number.NaN;
    },
    async stop() {
      await sql.end();
      await peer.stop();
    },
  };
}

export async function startGraphileWorker(databaseUrl: string): Promise<Peer> {
  return askedByHttp("graphile-worker", await forkPeer("graphile-worker.mjs", [databaseUrl]));
}

/** Restate's server with its defaults, which sync its log to disk, and a service for it to call. */
export async function startRestate(): Promise<Peer> {
  const folder = await installPeer("restate");
  const base = await mkdtemp(join(tmpdir(), "phaseboard-bench-restate-"));
  const [ingress, admin, fabric] = [await freePort(), await freePort(), await freePort()];
  const require = createRequire(
    join(folder, "node_modules", "@restatedev", "restate-server", "package.json"),
  );
  const program = require.resolve(
    `@restatedev/restate-server-${process.platform}-${process.arch}/bin/restate-server`,
  );
  const server = spawn(program, ["--base-dir", base, "--no-logo"], {
    cwd: base,
    stdio: ["ignore", "ignore", "ignore"],
    env: {
      ...process.env,
      ...UNTRACKED,
      RESTATE_BIND_IP: "127.0.0.1",
      RESTATE_BIND_PORT: String(fabric),
      RESTATE_ADVERTISED_HOST: "127.0.0.1",
      RESTATE_LISTEN_MODE: "tcp",
      RESTATE_INGRESS__BIND_PORT: String(ingress),
      RESTATE_ADMIN__BIND_PORT: String(admin),
      RESTATE_LOG_FILTER: "error",
    },
  });
  const endNow = () => void server.kill("SIGKILL");
  process.once("exit", endNow);
  const stop = async () => {
    process.off("exit", endNow);
    await end(server);
    await rm(base, { recursive: true, force: true });
  };
  try {
    await once(server, "spawn");
    await untilAnswers(`http://127.0.0.1:${admin}/health`, server);
    await untilAnswers(`http://127.0.0.1:${ingress}/restate/health`, server);
    const service = await forkPeer("restate.mjs", [folder]);
    const uri = `http://127.0.0.1:${service.port}`;
    await post(`http://127.0.0.1:${admin}/deployments`, { uri });
    return {
      name: "Restate",
      run: (steps, n) => post(`http://127.0.0.1:${ingress}/Fibs/run`, { steps, n }),
      stop: async () => {
        await service.stop();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Forked {
  port: number;
  stop(): Promise<void>;
}

/** Starts one of the scripts beside this file; the script prints its port when it is ready. */
async function forkPeer(script: string, words: string[]): Promise<Forked> {
  const child = fork(join("src", "bench", "peers", script), words, {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: { ...process.env, ...UNTRACKED, NODE_ENV: "production", RESTATE_LOGGING: "ERROR" },
  });
  const signal = AbortSignal.timeout(READY_MS);
  const ended = once(child, "exit", { signal }).then(([code]) => {
    throw new Error(`${script} ended with exit code ${code} before it served`);
  });
  ended.catch(() => {});
  try {
    const [{ port }] = (await Promise.race([once(child, "message", { signal }), ended])) as [Forked];
    return { port, stop: () => end(child) };
  } catch (error) {
    await end(child);
    throw error;
  }
}

function askedByHttp(name: string, { port, stop }: Forked): Peer {
  return { name, run: (steps, n) => post(`http://127.0.0.1:${port}`, { steps, n }), stop };
}

async function post(url: string, body: object): Promise<unknown> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}

async function untilAnswers(url: string, server: ChildProcess): Promise<void> {
  for (const late = Date.now() + READY_MS; Date.now() < late; ) {
    if (server.exitCode !== null) throw new Error(`its server ended with exit code ${server.exitCode}`);
    const answers = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (answers) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${url} did not answer within ${READY_MS / 1_000} s`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}
