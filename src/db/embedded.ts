import { type ChildProcess, spawn } from "node:child_process";
import { statSync } from "node:fs";
import { open, readFile, truncate } from "node:fs/promises";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { escapeIdentifier } from "pg";
import { systemEnvironment } from "../lib/environment";
import { AppError } from "../lib/errors";
import { isFull, measure } from "../lib/room";
import { type Account, chooseAccount } from "./embedded-account";
import { type Binaries, findBinaries } from "./embedded-binaries";
import { type EmbeddedPaths, embeddedPaths, ensureCluster, makeFolders, ROLE } from "./embedded-cluster";
import { endClusterProcesses, findPidFile, listClusterProcesses } from "./embedded-processes";
import { withConnection } from "./with-connection";

/*
 * Terms. Cluster: the folder with Postgres' files. Postmaster: its first process; backends are its children, one per
 * connection. A supervisor, which may be killed at any time, starts the postmaster. The next start finds leftovers by
 * the cluster's folder and ends them.
 */

const HOST = "127.0.0.1";
const DATABASE = "phaseboard";
const LOG_LIMIT_BYTES = 10 * 1024 * 1024;
/** How often the log is looked at while the database works; it appends, so what is written next begins anew. */
const TRIM_MS = 60 * 60_000;
const PORT_TRIES = 5;
const RESTART_MAX_MS = 5_000;

export interface EmbeddedPostgres {
  /** Stays the same while this object lives, also after a restart of the postmaster. */
  readonly url: string;
  /** Process id of the current postmaster. */
  readonly pid: number;
  /** Fast shutdown: ends connections; all committed data is on disk. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Absolute. The cluster is in `postgres/` below it. */
  dataDir: string;
  log: (line: string) => void;
  /** False: no fsync, for tests, whose data may be lost with the machine. */
  durable?: boolean;
  /** Milliseconds until the postmaster has to accept connections, crash recovery included. */
  readyTimeoutMs?: number;
  /** Called where it cannot start for want of room on its disk. True: some was made, so it is tried again at once. */
  onNoRoom?: () => Promise<boolean>;
}

/**
 * Starts the embedded PostgreSQL on a free loopback port and keeps it running until `stop`. Throws `AppError` with the
 * mend. The caller has to make sure that a data folder has only one supervisor.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { dataDir, log, durable = true, readyTimeoutMs = 120_000, onNoRoom = async () => false } = options;
  const paths = embeddedPaths(dataDir);
  await makeFolders(paths);
  const binaries = await findBinaries(paths.home);
  const account = await chooseAccount(binaries, paths.home, paths.cluster);
  const ended = await endClusterProcesses(paths.cluster);
  if (ended > 0) log("Stopped a database that an earlier start had left running");
  const password = await ensureCluster(paths, binaries, account, { durable, log });
  const postmaster = new Postmaster(paths, binaries, account, { durable, log, readyTimeoutMs, onNoRoom });
  await postmaster.start();
  const url = urlOf(postmaster.port, password);
  try {
    await ensureDatabase(url);
  } catch (error) {
    await postmaster.stop();
    throw error;
  }
  return {
    url,
    get pid() {
      return postmaster.pid;
    },
    stop: () => postmaster.stop(),
  };
}

/** The address of the embedded Postgres that runs on this data folder now; null where none does. */
export async function findEmbeddedPostgres(dataDir: string): Promise<string | null> {
  const paths = embeddedPaths(dataDir);
  const file = await findPidFile(paths.cluster);
  if (!file?.ready || !(await listClusterProcesses(paths.cluster)).includes(file.pid)) return null;
  const password = await readFile(paths.password, "utf8").catch(() => "");
  return password === "" ? null : urlOf(file.port, password.trim());
}

class Postmaster {
  port = 0;
  private child: ChildProcess | undefined;
  private stopping = false;
  private restarting: Promise<void> | undefined;
  private trimming: NodeJS.Timeout | undefined;

  constructor(
    private readonly paths: EmbeddedPaths,
    private readonly binaries: Binaries,
    private readonly account: Account,
    private readonly options: Required<
      Pick<EmbeddedOptions, "durable" | "log" | "readyTimeoutMs" | "onNoRoom">
    >,
  ) {}

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  /** Starts the postmaster. Another program may take the free port first, so several are tried. */
  async start(): Promise<void> {
    for (let left = PORT_TRIES; ; left--) {
      this.port = await freePort();
      try {
        return await this.launch();
      } catch (error) {
        if (error instanceof NoRoom && (await this.options.onNoRoom())) continue;
        if (left <= 1 || !(error instanceof PortTaken)) throw error;
      }
    }
  }

  async stop(): Promise<void> {
    this.stopping = true;
    clearInterval(this.trimming);
    await this.restarting?.catch(() => {});
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    for (const [signal, patience] of STOP_SIGNALS) {
      child.kill(signal);
      if (await Promise.race([exited.then(() => true), sleep(patience, false, { ref: false })])) break;
    }
    await exited;
  }

  private async launch(): Promise<void> {
    const started = await this.spawn();
    await this.untilReady(started);
    this.child = started.child;
    this.trimming ??= setInterval(() => {
      trimLog(this.paths.log).catch(() => {});
    }, TRIM_MS).unref();
    const launchedAt = performance.now();
    started.child.once("exit", (code, signal) => {
      if (this.stopping) return;
      const how = signal ?? code;
      void this.explain(started.logFrom).then((why) =>
        this.options.log(
          NO_SPACE.test(why)
            ? `The database ended by itself (${how}), since its disk is full; starting it again`
            : `The database ended by itself (${how}); starting it again`,
        ),
      );
      this.restarting = this.restart(performance.now() - launchedAt < RESTART_MAX_MS ? 500 : 0);
    });
    if (started.exited()) throw faultOf(await this.explain(started.logFrom));
  }

  /** Restarts with the same port and password, so that all pools reconnect by themselves. */
  private async restart(pause: number): Promise<void> {
    let isTold = false;
    for (let wait = pause; !this.stopping; wait = Math.min(RESTART_MAX_MS, wait * 2 + 100)) {
      await sleep(wait);
      if (this.stopping) return;
      try {
        await endClusterProcesses(this.paths.cluster);
        await this.launch();
        this.options.log("The database is back");
        return;
      } catch (error) {
        if (error instanceof NoRoom) {
          if (await this.options.onNoRoom()) wait = 0;
          else if (!isTold)
            this.options.log(
              `The database waits for room: the disk with ${this.paths.cluster} is full. Make room there, and it starts by itself`,
            );
          isTold = true;
          continue;
        }
        this.options.log(`The database did not start: ${error instanceof Error ? error.message : error}`);
      }
    }
  }

  private async spawn() {
    const logFrom = await trimLog(this.paths.log);
    const log = await open(this.paths.log, "a", 0o600);
    const flags = ["-D", this.paths.cluster, ...settingFlags(this.port, this.options.durable)];
    const { program, args } = this.account.command(this.binaries.postgres, flags);
    try {
      // A session of its own: Ctrl-C in the terminal only reaches the supervisor, which stops the database last.
      const child = spawn(program, args, {
        ...(program === this.binaries.postgres ? this.account.ids : {}),
        cwd: "/",
        env: { ...systemEnvironment(), ...this.binaries.env, LC_ALL: "C" },
        stdio: ["ignore", log.fd, log.fd],
        detached: true,
      });
      let gone = false;
      child.once("exit", () => (gone = true));
      child.once("error", () => (gone = true));
      return { child, logFrom, exited: () => gone };
    } finally {
      await log.close();
    }
  }

  private async untilReady({ child, logFrom, exited }: Awaited<ReturnType<Postmaster["spawn"]>>) {
    const started = performance.now();
    for (let told = started; ; await sleep(10)) {
      if (exited()) {
        const why = await this.explain(logFrom);
        throw faultOf(why);
      }
      const file = await findPidFile(this.paths.cluster);
      if (file?.pid === child.pid && file?.ready) return;
      const now = performance.now();
      if (now - started > this.options.readyTimeoutMs) {
        child.kill("SIGKILL");
        throw new AppError("CONFLICT", `The database was not ready in time. ${await this.explain(logFrom)}`);
      }
      if (now - told > 5_000) {
        told = now;
        this.options.log("The database is still recovering");
      }
    }
  }

  private async explain(from: number): Promise<string> {
    const text = (await readFile(this.paths.log, "utf8").catch(() => "")).slice(from).trim();
    const fatal = text.split("\n").filter((line) => /FATAL|PANIC|HINT|error/i.test(line));
    const told = (fatal.length > 0 ? fatal : text.split("\n")).slice(-3).join(" ");
    // What it said of a full disk may be in no log, which lies on that disk.
    const room = await measure(this.paths.cluster);
    const full = room && isFull(room) ? " (No space left on device)" : "";
    return `The embedded Postgres did not start: ${told || "it said nothing"}${full} (its log is ${this.paths.log})`;
  }
}

/** Shutdown modes fast, immediate and kill, with the milliseconds for each. */
const STOP_SIGNALS = [
  ["SIGINT", 30_000],
  ["SIGQUIT", 5_000],
  ["SIGKILL", 5_000],
] as const;

class PortTaken extends AppError {}

/** The disk of the cluster is full. */
class NoRoom extends AppError {}

const NO_SPACE = /No space left on device|Disk quota exceeded/;

/** The error of a postmaster that ended with these words. */
function faultOf(why: string): AppError {
  if (NO_SPACE.test(why))
    return new NoRoom("INSUFFICIENT_STORAGE", `${why}. Make room on that disk, then start again.`);
  if (/could not bind|Address already in use/i.test(why)) return new PortTaken("CONFLICT", why);
  return new AppError("CONFLICT", why);
}

function settingFlags(port: number, durable: boolean): string[] {
  const settings: Record<string, string | number> = {
    port,
    listen_addresses: HOST,
    unix_socket_directories: "",
    max_connections: 200,
    timezone: "UTC",
    log_timezone: "UTC",
  };
  // Data survives the death of processes, but not of the machine.
  if (!durable) Object.assign(settings, { fsync: "off", full_page_writes: "off" });
  return Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

/** The log's length in characters. A large log is emptied first. */
async function trimLog(path: string): Promise<number> {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= LOG_LIMIT_BYTES) return size;
  await truncate(path);
  return 0;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, HOST, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

function urlOf(port: number, password: string): string {
  return `postgres://${ROLE}:${password}@${HOST}:${port}/${DATABASE}`;
}

async function ensureDatabase(url: string): Promise<void> {
  const server = new URL(url);
  server.pathname = "/postgres";
  await withConnection(server.href, async (client) => {
    const { rowCount } = await client.query("select 1 from pg_database where datname = $1", [DATABASE]);
    if (!rowCount) await client.query(`create database ${escapeIdentifier(DATABASE)}`);
  });
}
