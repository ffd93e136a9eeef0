import { setTimeout as sleep } from "node:timers/promises";
import { setupToken } from "../auth/setup";
import { createFirstUser, hasUsers } from "../auth/users";
import { appUrlOf, grantToAppRole } from "../db/app-role";
import { type Db, withPool } from "../db/client";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../db/embedded";
import { migrate } from "../db/migrate";
import { secretsKeyOf } from "../features/secrets/sealing";
import { ownEnvironment, workerEnvironment } from "../lib/environment";
import { AppError } from "../lib/errors";
import { readSettings, type Settings, SettingsError } from "../lib/settings";
import { migrateQueue } from "../queue/migrate";
import { refuseHalfRestored } from "./backup/half-restored";
import { Ballast } from "./ballast";
import { auditAccount, byCommandLine } from "./by-command-line";
import { Child } from "./child";
import { makeDataFolder } from "./data-folder";
import { handedTo } from "./handed";
import { type InstanceLock, lockInstance } from "./instance-lock";
import { checkAddress, probePort } from "./listen-error";
import { say } from "./output";
import { webSecret } from "./secret";
import { tellOfBox } from "./tell-of-box";

/*
 * The supervisor is the process of `phaseboard start`. It starts the embedded database, migrations, web
 * process and workers, in this order, and stops them in reverse. If it is killed, web and workers end with
 * their IPC channel, and the next start ends the database.
 */

const WORKER_DRAIN_MS = 60_000;
const WEB_DRAIN_MS = 10_000;
const READY_MS = 120_000;
/** npm forwards a Ctrl-C that the terminal has sent too, so a second signal counts only after this time. */
const SAME_SIGNAL_MS = 1_000;
/** Stop when the terminal closes, but not under nohup, where stdin is no terminal. */
const SIGNALS: NodeJS.Signals[] = ["SIGINT", "SIGTERM", ...(process.stdin.isTTY ? ["SIGHUP" as const] : [])];
/** After a supervisor was killed, its web process still holds the port for a moment. */
const PORT_MS = 1_000;

export interface SuperviseOptions {
  /** Hot reload: Next reloads the pages, and workers restart when a source changes. */
  dev: boolean;
}

/** Runs the product until a signal stops it, or throws the error that did. Everything has ended by then. */
export async function supervise(options: SuperviseOptions): Promise<void> {
  const supervisor = new Supervisor(readSettings(), options);
  const onSignal = () => supervisor.interrupt();
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    await supervisor.run();
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}

class Supervisor {
  private interruptedAt: number | undefined;
  private ready = false;
  private starting = true;
  private stopping = false;
  private lock: InstanceLock | undefined;
  private postgres: EmbeddedPostgres | undefined;
  private readonly ballast: Ballast;
  private web: Child | undefined;
  private workers: Child[] = [];
  private unwatch: (() => Promise<void>) | undefined;
  private abort: (error: Error) => void = () => {};
  /** Rejects when the product has to stop. */
  private readonly aborted = new Promise<never>((_, reject) => {
    this.abort = reject;
  });

  constructor(
    private readonly settings: Settings,
    private readonly options: SuperviseOptions,
  ) {
    this.aborted.catch(() => {});
    this.ballast = new Ballast(settings.dataDir, say);
  }

  async run(): Promise<void> {
    try {
      await this.start();
      this.starting = false;
      await this.aborted;
    } catch (error) {
      this.starting = false;
      await this.stop();
      if (this.interruptedAt === undefined) throw error;
    }
  }

  /** The first signal drains; a second one ends everything at once. */
  interrupt(): void {
    if (this.interruptedAt === undefined) {
      this.interruptedAt = performance.now();
      say("Stopping; steps in flight may finish. Ctrl-C again ends them now");
      this.abort(new Error("stopped by a signal"));
    } else if (performance.now() - this.interruptedAt > SAME_SIGNAL_MS) {
      // The next start ends what an interrupted start leaves behind.
      if (this.starting) process.exit(1);
      for (const child of this.children()) void child.force();
    }
  }

  private async start(): Promise<void> {
    const { settings } = this;
    checkAddress(settings);
    await makeDataFolder(settings.dataDir);
    refuseHalfRestored(settings.dataDir);
    await this.ballast.makeRoom();
    this.lock = await lockInstance(settings.dataDir);
    await checkPort(settings);
    await tellOfBox();
    this.goOn();
    const databaseUrl = settings.databaseUrl ?? (await this.startPostgres());
    this.ballast.start();
    this.goOn();
    await migrate(databaseUrl, { queue: migrateQueue });
    if (!settings.databaseUrl) await grantToAppRole(databaseUrl);
    const { secret, setup } = await this.prepare(databaseUrl);
    this.goOn();
    await this.startChildren(settings.databaseUrl ?? appUrlOf(databaseUrl), secret);
    await Promise.race([this.untilHealthy(), this.aborted]);
    this.ready = true;
    const link = setup ? `\nMake the first account: ${settings.url}/setup?token=${setup}` : "";
    // One write, so that whoever waits for the first line gets the second one too.
    say(`Phaseboard is ready at ${settings.url}${link}`);
  }

  /** Throws if a signal came meanwhile. */
  private goOn(): void {
    if (this.interruptedAt !== undefined) throw new Error("stopped by a signal");
  }

  private children(): Child[] {
    return this.web ? [...this.workers, this.web] : this.workers;
  }

  private async stop(): Promise<void> {
    this.stopping = true;
    await this.unwatch?.();
    await Promise.all(this.workers.map((worker) => worker.stop(WORKER_DRAIN_MS)));
    await this.web?.stop(WEB_DRAIN_MS);
    await this.postgres?.stop();
    await this.ballast.stop();
    await this.lock?.release();
  }

  private async startPostgres(): Promise<string> {
    const { dataDir } = this.settings;
    this.postgres = await startEmbeddedPostgres({ dataDir, log: say, onNoRoom: this.ballast.release });
    return this.postgres.url;
  }

  /** The secret, checked against the database, and the set-up link's token if there is no account yet. */
  private async prepare(databaseUrl: string): Promise<{ secret: string; setup: string | null }> {
    return withPool(databaseUrl, "start", async (db) => {
      const secret = await webSecret(db, this.settings);
      return { secret, setup: await this.ensureFirstUser(db, secret) };
    });
  }

  private async ensureFirstUser(db: Db, secret: string): Promise<string | null> {
    if (await hasUsers(db)) return null;
    const { admin } = this.settings;
    if (!admin) {
      if (this.settings.passwords) return setupToken(secret);
      throw new SettingsError(
        "PHASEBOARD_PASSWORDS must be on until there is an account: start with passwords, make the first account by the printed link, and link it to the provider on its account page",
      );
    }
    const [name = admin.email] = admin.email.split("@");
    await byCommandLine(db, "users.setUp", async (tx) =>
      auditAccount(tx, await createFirstUser(tx, { ...admin, name })),
    );
    return null;
  }

  private async startChildren(databaseUrl: string, secret: string): Promise<void> {
    const { settings, options } = this;
    const env: NodeJS.ProcessEnv = {
      ...ownEnvironment(settings.passOn),
      NODE_ENV: options.dev ? "development" : "production",
      NEXT_TELEMETRY_DISABLED: "1",
      NEXTAUTH_URL: settings.url,
      PHASEBOARD_DATA_DIR: settings.dataDir,
      ...(options.dev ? { PHASEBOARD_DEV: "1" } : {}),
    };
    const ofWeb = handedTo(settings, {
      DATABASE_URL: databaseUrl,
      NEXTAUTH_SECRET: secret,
      ...(settings.oidc && { PHASEBOARD_OIDC_CLIENT_SECRET: settings.oidc.clientSecret }),
    });
    const key = secretsKeyOf(secret).toString("hex");
    const ofWorker = handedTo(settings, { DATABASE_URL: databaseUrl, PHASEBOARD_SECRETS_KEY: key });
    const onFailed = (message: string) =>
      this.ready ? say(message) : this.abort(new SettingsError(message));
    this.web = new Child({ entry: "web", name: "web process", env, handed: ofWeb, say, onFailed });
    const worker = { entry: "worker", name: "worker", env: workerEnvironment(env) } as const;
    this.workers = Array.from(
      { length: settings.workers },
      () => new Child({ ...worker, handed: ofWorker, say, onFailed }),
    );
    for (const child of [this.web, ...this.workers]) child.start();
    if (options.dev) {
      const { watchWorkers } = await import("./dev");
      this.unwatch = await watchWorkers({ say, restart: () => this.restartWorkers() });
    }
  }

  private async restartWorkers(): Promise<void> {
    if (!this.stopping) await Promise.all(this.workers.map((worker) => worker.restart(WORKER_DRAIN_MS)));
  }

  private async untilHealthy(): Promise<void> {
    const host = { "0.0.0.0": "127.0.0.1", "::": "[::1]" }[this.settings.host] ?? this.settings.host;
    const url = `http://${host.includes(":") && !host.startsWith("[") ? `[${host}]` : host}:${this.settings.port}/api/health`;
    const end = performance.now() + READY_MS;
    while (!this.stopping) {
      const answer = await fetch(url, { signal: AbortSignal.timeout(30_000) }).catch(() => null);
      if (answer?.ok) return;
      if (performance.now() > end) {
        const told = answer ? `answers ${answer.status}` : "does not answer";
        throw new AppError("CONFLICT", `${url} ${told} after ${READY_MS / 1000} s. Look at the lines above.`);
      }
      await sleep(25);
    }
  }
}

/** Throws `SettingsError` that names PORT or HOST if the web process could not listen there. */
async function checkPort({ host, port }: Settings): Promise<void> {
  for (const end = performance.now() + PORT_MS; ; await sleep(50)) {
    try {
      return await probePort(host, port);
    } catch (error) {
      if (performance.now() > end) throw error;
    }
  }
}
