import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { packageRoot } from "../lib/package-root";
import { type ChildMessage, HANDED_VARIABLE, type Handed, type HandedMessage, OUTDATED } from "./handed";

export interface ChildOptions {
  /** `web` or `worker`: a file of the built command line. */
  entry: "web" | "worker";
  name: string;
  env: NodeJS.ProcessEnv;
  /** Settings that the child receives over its IPC channel. */
  handed: Handed;
  say: (line: string) => void;
  /** Called for an error that a restart cannot fix. */
  onFailed: (message: string) => void;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;
/** A child that ran at least this long is restarted without a pause. */
const SETTLED_MS = 30_000;
const FORCED_MS = 2_000;

/**
 * A child process that is restarted whenever it ends, with growing pauses while it keeps ending soon. It has
 * a session of its own, so Ctrl-C reaches only the supervisor, and it ends by itself when its IPC channel
 * closes.
 */
export class Child {
  private process: ChildProcess | undefined;
  private stopping = false;
  private pause = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: ChildOptions) {}

  get pid(): number | undefined {
    return this.process?.pid;
  }

  start(): void {
    const { entry, env, handed, name, say, onFailed } = this.options;
    const startedAt = performance.now();
    const child = fork(join(packageRoot(), "dist", `${entry}.js`), [], {
      env: { ...env, [HANDED_VARIABLE]: "1" },
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      detached: true,
    });
    this.process = child;
    child.send({ type: "handed", ...handed } satisfies HandedMessage, () => {});
    child.on("message", (message: ChildMessage) => {
      if (message.type === "failed") onFailed(message.message);
    });
    child.on("error", () => {});
    child.once("exit", (code, signal) => {
      this.process = undefined;
      if (this.stopping || code === OUTDATED) return;
      if (performance.now() - startedAt > SETTLED_MS) this.pause = 0;
      say(`The ${name} ended by itself (${signal ?? code}); starting it again`);
      this.timer = setTimeout(() => this.start(), this.pause);
      this.pause = Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_PAUSE_MS, this.pause * 2));
    });
  }

  /** Sends SIGTERM and resolves when the child has ended; kills it after `patience` milliseconds. */
  async stop(patience: number): Promise<void> {
    const exited = this.retire();
    this.process?.kill("SIGTERM");
    await Promise.race([exited, sleep(patience, undefined, { ref: false })]);
    await this.force();
    await exited;
  }

  /** Stops the child as `stop` does, then starts it again. */
  async restart(patience: number): Promise<void> {
    await this.stop(patience);
    this.stopping = false;
    this.start();
  }

  /** Ends the child now: closes its channel first, so that it ends its own children. */
  async force(): Promise<void> {
    const exited = this.retire();
    if (this.process?.connected) this.process.disconnect();
    await Promise.race([exited, sleep(this.process ? FORCED_MS : 0, undefined, { ref: false })]);
    this.process?.kill("SIGKILL");
    await exited;
  }

  /** Prevents further restarts; resolves when no process is left. */
  private retire(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    const child = this.process;
    return child ? new Promise((resolve) => child.once("exit", () => resolve())) : Promise.resolve();
  }
}
