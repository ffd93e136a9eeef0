import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { type DatabaseProxy, startProxy } from "./proxy";

export interface FleetOptions {
  databaseUrl: string;
  /** One role per worker, for its sessions. */
  roles: string[];
  password: string;
  /** The program of a worker, as arguments of node. */
  program: string[];
  env: Record<string, string>;
  log: (line: string) => void;
}

/** Worker processes, each with its own proxy to Postgres, and the faults that can be done to them. */
export class Fleet {
  private constructor(private readonly slots: Slot[]) {}

  static async start(options: FleetOptions): Promise<Fleet> {
    const slots = await Promise.all(
      options.roles.map(async (role) => {
        const url = new URL(options.databaseUrl);
        url.username = role;
        url.password = options.password;
        const proxy = await startProxy(url.href);
        const slot = new Slot(role, proxy, options);
        slot.start();
        return slot;
      }),
    );
    return new Fleet(slots);
  }

  /** The worker at an index. */
  at(place: number): Slot {
    const slot = this.slots[place];
    if (!slot) throw new Error(`there is no worker ${place}`);
    return slot;
  }

  refuse(): void {
    for (const { proxy } of this.slots) proxy.refuse();
  }

  async accept(): Promise<void> {
    for (const { proxy } of this.slots) await proxy.accept();
  }

  /** Kills the workers at once, with all their child processes. */
  kill(): void {
    for (const slot of this.slots) slot.end();
  }

  /** Asks the workers to stop and kills those that do not in time. Gives what went wrong. */
  async stop(patience: number): Promise<string[]> {
    const faults = await Promise.all(this.slots.map((slot) => slot.stop(patience)));
    for (const { proxy } of this.slots) await proxy.close();
    return faults.flat();
  }
}

class Slot {
  private child: ChildProcess | null = null;
  private stopping = false;
  /** A fault is under way; there is one at a time. */
  private isBusy = false;

  constructor(
    readonly role: string,
    readonly proxy: DatabaseProxy,
    private readonly options: FleetOptions,
  ) {}

  start(): void {
    const { program, env } = this.options;
    const child = spawn(process.execPath, program, {
      env: { ...process.env, ...env, DATABASE_URL: this.proxy.url },
      stdio: ["ignore", "ignore", "inherit"],
    });
    this.child = child;
    child.once("exit", (code, signal) => {
      // The supervisor would start a new worker, so the fleet does.
      if (this.stopping || this.child !== child) return;
      if (signal !== "SIGKILL") this.options.log(`${this.role} ended by itself (${signal ?? code})`);
      if (!this.isBusy) this.start();
    });
  }

  async kill(backAfter: number): Promise<void> {
    await this.alone(async () => {
      const { child } = this;
      if (!child) return;
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      await sleep(backAfter);
      this.start();
    });
  }

  async freeze(ms: number): Promise<void> {
    await this.alone(async () => {
      const { child } = this;
      child?.kill("SIGSTOP");
      await sleep(ms);
      child?.kill("SIGCONT");
    });
  }

  async cut(ms: number, late: boolean): Promise<void> {
    await this.alone(async () => {
      this.proxy.cut();
      await sleep(ms);
      this.proxy.heal({ late });
    });
  }

  end(): void {
    this.stopping = true;
    this.child?.kill("SIGKILL");
  }

  async stop(patience: number): Promise<string[]> {
    this.stopping = true;
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return [];
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    const ended = await Promise.race([exited.then(() => true), sleep(patience, false, { ref: false })]);
    if (ended)
      return child.exitCode === 0 ? [] : [`${this.role} ended with ${child.exitCode} when it was to stop`];
    child.kill("SIGKILL");
    await exited;
    return [`${this.role} did not stop within ${patience} ms`];
  }

  private async alone(work: () => Promise<void>): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      await work();
    } finally {
      this.isBusy = false;
    }
  }
}
