import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type CodeChannel, DISCONNECTED } from "../engine/code/protocol";
import type { Claim } from "../engine/ports";
import { formatMark } from "../engine/steps/mark";
import { passedOn } from "../engine/steps/script-environment";
import { messageOf } from "../lib/errors";
import { newId } from "../lib/ids";
import { packageRoot } from "../lib/package-root";
import { type Piped, startPiped } from "../lib/pipes";
import { endTree, MARKER } from "../lib/process-tree";

const MEMORY_MB = 512;
const MAX_STDERR = 4_096;
/** In less time than this no system gives out all its process ids. */
const RECENT_MS = 5_000;
/** For what a process said ahead of its end. */
const DRAIN_MS = 1_000;

/** Starts a process for the code of a claim's definition. */
export function startCode(process_key: string, { run, epoch }: Claim): CodeChannel {
  // An attempt of its own: while a process and its children are being ended, the next one of the run may begin.
  const mark = formatMark({ process_key, run_id: run.id, epoch, attempt_id: `code-${newId()}` });
  return new CodeProcess(mark, run.project.path);
}

/** A process for the code of one definition, marked like those of steps so that none is left behind. */
class CodeProcess implements CodeChannel {
  private closing = false;
  private stderr = "";
  private readonly started_at = Date.now();
  private readonly child: ChildProcess;
  private readonly streams: Omit<Piped, "child">;

  constructor(
    private readonly mark: string,
    cwd: string,
  ) {
    const { child, ...streams } = startPiped((stdio) =>
      fork(join(packageRoot(), "dist", "code-host.js"), {
        cwd,
        env: { ...passedOn(process.env), NODE_ENV: "production", [MARKER]: mark },
        execArgv: [`--max-old-space-size=${MEMORY_MB}`],
        stdio: [...stdio, "ipc"],
      }),
    );
    this.child = child;
    this.streams = streams;
    streams.stderr.on("data", (bytes: Buffer) => {
      this.stderr = (this.stderr + bytes.toString("utf8")).slice(-MAX_STDERR);
    });
    // Its pipe may break as it ends; `exit` tells of that.
    child.on("error", () => {});
  }

  send(message: Parameters<CodeChannel["send"]>[0], sent: () => void = () => {}): void {
    if (this.child.connected) this.child.send(message, () => sent());
    else sent();
  }

  onMessage(listener: (message: unknown) => void): void {
    // What a function printed ahead of its result lies in a pipe of its own, and is read within this turn.
    this.child.on("message", (message) => setImmediate(() => listener(message)));
  }

  onOutput(listener: (stream: "stdout" | "stderr", bytes: Buffer) => void): void {
    this.streams.stdout.on("data", (bytes: Buffer) => listener("stdout", bytes));
    this.streams.stderr.on("data", (bytes: Buffer) => listener("stderr", bytes));
  }

  onExit(listener: (why: string) => void): void {
    this.child.once("error", (error) => listener(`could not be started: ${messageOf(error)}`));
    this.child.once("exit", (code, signal) => {
      void this.drained().then(() => {
        if (!this.closing) listener(this.whyEnded(code, signal));
      });
    });
  }

  /** Resolves once what it said before it ended was heard. */
  private async drained(): Promise<void> {
    // What it started may hold the channel open.
    const signal = AbortSignal.timeout(DRAIN_MS);
    if (this.child.connected) await once(this.child, "disconnect", { signal }).catch(() => {});
    // As its messages do.
    await new Promise(setImmediate);
  }

  async close(): Promise<void> {
    this.closing = true;
    const { pid, exitCode, signalCode } = this.child;
    this.child.kill("SIGKILL");
    // Once it has ended its id may be somebody else's.
    const lives = pid !== undefined && exitCode === null && signalCode === null;
    const root = lives ? { root: pid, recent: Date.now() - this.started_at < RECENT_MS } : {};
    await endTree({ ...root, marked: (value) => value === this.mark }, { grace_ms: 0 });
  }

  private whyEnded(code: number | null, signal: NodeJS.Signals | null): string {
    if (code === DISCONNECTED) return "closed the channel to its worker";
    if (this.stderr.includes("heap out of memory")) return `took more than ${MEMORY_MB} MB of memory`;
    return `ended its process (${signal ?? `exit code ${code}`})`;
  }
}
