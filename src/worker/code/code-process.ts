import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { ownPrograms } from "../../box/own-programs";
import type { RunBox } from "../../box/run-box";
import { codeHost } from "../../engine/code/code-host";
import { type CodeChannel, DISCONNECTED } from "../../engine/code/protocol";
import type { Claim } from "../../engine/run/ports";
import { formatMark } from "../../engine/steps/mark";
import { passedOn } from "../../engine/steps/script-environment";
import { messageOf } from "../../lib/errors";
import { newId } from "../../lib/ids";
import { type Piped, startPiped } from "../../lib/pipes";
import { endTree, MARKER } from "../../lib/process-tree";

const MEMORY_MB = 512;
const MAX_STDERR = 4_096;
/** In less time than this no system hands out all its process ids. */
const RECENT_MS = 5_000;
/** Milliseconds to read what a process sent before its end. */
const DRAIN_MS = 1_000;

/** Starts a process for the code of the claim's definition, in this box. */
export function startCode(process_key: string, { run, epoch }: Claim, box: RunBox): CodeChannel {
  // An id of its own, so that the next process may start while this one and its children are being ended.
  const mark = formatMark({ process_key, run_id: run.id, epoch, attempt_id: `code-${newId()}` });
  return new CodeProcess(mark, run.folder, box);
}

/** The process for one definition's code. It is marked like processes of steps, so that it can be found and ended. */
class CodeProcess implements CodeChannel {
  private closing = false;
  private stderr = "";
  private readonly started_at = Date.now();
  private readonly child: ChildProcess;
  private readonly streams: Omit<Piped, "child">;

  constructor(
    private readonly mark: string,
    cwd: string,
    box: RunBox,
  ) {
    const env = { ...passedOn(process.env), NODE_ENV: "production", [MARKER]: mark };
    const given = { program: process.execPath, args: codeHost(MEMORY_MB), cwd, env };
    const confined = box.confine(given, { tied: true, readable: ownPrograms() });
    const { child, ...streams } = startPiped((stdio) =>
      spawn(confined.program, confined.args, {
        cwd: confined.cwd,
        env: confined.env as NodeJS.ProcessEnv,
        stdio: [...stdio, "ipc"],
        windowsHide: true,
      }),
    );
    this.child = child;
    this.streams = streams;
    streams.stderr.on("data", (bytes: Buffer) => {
      this.stderr = (this.stderr + bytes.toString("utf8")).slice(-MAX_STDERR);
    });
    // The channel may break when the process ends; `exit` gives the reason.
    child.on("error", () => {});
  }

  send(message: Parameters<CodeChannel["send"]>[0], sent: () => void = () => {}): void {
    if (this.child.connected) this.child.send(message, () => sent());
    else sent();
  }

  onMessage(listener: (message: unknown) => void): void {
    // Output of a function comes through another pipe. `setImmediate` lets it be read before the function's result.
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

  /** Resolves once all that the process sent before its end was read. */
  private async drained(): Promise<void> {
    // Children of the process may keep the channel open.
    const signal = AbortSignal.timeout(DRAIN_MS);
    if (this.child.connected) await once(this.child, "disconnect", { signal }).catch(() => {});
    // Messages are delivered by `setImmediate` too.
    await new Promise(setImmediate);
  }

  async close(): Promise<void> {
    this.closing = true;
    const { pid, exitCode, signalCode } = this.child;
    this.child.kill("SIGKILL");
    // After its end the process id may belong to another process.
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
