import type { Readable } from "node:stream";
import type { RunBox } from "../../box/run-box";
import { systemClock } from "../../lib/clock";
import { type Piped, startPiped } from "../../lib/pipes";
import { endTree, type TreeQuery } from "../../lib/process-tree";
import { durationText } from "../expressions/duration-text";
import type {
  RecordedResult,
  RunFacts,
  StepContext,
  StepLog,
  StepResult,
  StepRunner,
  StopReason,
} from "../run/ports";
import { stepWorkingDirectory } from "../run/working-directory";
import { boxFault } from "./box-fault";
import { missingCommand } from "./missing-command";
import { takeOutputFile } from "./output-file";
import { madeScript } from "./scratch";
import { scriptCommand } from "./script-command";
import { type ScriptPaths, scriptEnvironment } from "./script-environment";
import { isSpawnFault, spawnFaultText } from "./spawn-fault";
import {
  exitOf,
  failed,
  inItsBox,
  markOf,
  preparePaths,
  programOf,
  queryOf,
  type StepExit,
  type WatchGroup,
} from "./step-process";

export interface ScriptSettings {
  /** Marks this worker's children, in their environment. */
  process_key: string;
  /** Absolute folder for files that only attempts need. */
  scratch: string;
  /** The box of a run's processes. Throws `BoxRefusal`. */
  boxOf(run: RunFacts): RunBox;
  watch?: WatchGroup;
  /** Milliseconds from SIGTERM to SIGKILL on cancel and timeout. */
  grace_ms?: number;
  /** The same on a hand-over, when a stopping process cannot wait long. */
  handover_grace_ms?: number;
  /** Milliseconds that a pipe may stay open without output after the shell has ended. */
  pipe_grace_ms?: number;
}

interface Limits {
  grace: number;
  handover: number;
  pipe: number;
}

/** Milliseconds that processes have to end which a step left running. */
const STRAY_GRACE_MS = 2_000;
/** In less time than this no system hands out all its process ids. */
const RECENT_MS = 5_000;
const STDERR_KEPT = 4_096;

/** Runs script steps: a shell in a session of its own, ended with all that it started. */
export function createScriptRunner(options: ScriptSettings): StepRunner {
  const limits = {
    grace: options.grace_ms ?? 10_000,
    handover: options.handover_grace_ms ?? 3_000,
    pipe: options.pipe_grace_ms ?? 1_000,
  };
  const run = async (context: StepContext): Promise<StepResult> => {
    const { step, claim, log } = context;
    if (step.kind !== "script") throw new Error(`the script runner was given a step of type ${step.kind}`);
    if (context.signal.aborted) return { status: "stopped" };
    const folder = stepWorkingDirectory(claim.run, step.working_directory);
    if ("refusal" in folder) return failed(folder.refusal);
    // If another worker has the run, its end may have cleaned up already, so no folder may be made.
    await context.confirm();
    const box = options.boxOf(claim.run);
    const paths = preparePaths(context, options.scratch, box.user);
    if ("refusal" in paths) return failed(paths.refusal);
    const mark = markOf(options.process_key, context);
    const env = scriptEnvironment(context, paths, mark);
    let unwatch: (() => void) | undefined;
    try {
      const file = madeScript(options.scratch, context);
      const command = await scriptCommand(step, { folder: folder.path, path: env.PATH, file });
      if ("refusal" in command) return failed(command.refusal);
      const own = { writable: [paths.folder], readable: [paths.args] };
      const piped = startPiped(programOf(box.confine({ ...command, cwd: folder.path, env }, own)));
      const { pid } = piped.child;
      if (pid) unwatch = options.watch?.(pid);
      context.started();
      const query = { ...queryOf(box, mark), ...(pid ? { root: pid } : {}) };
      return await new ScriptRun(context, piped, query, limits, paths, log).result(step.timeout_ms);
    } catch (error) {
      if (isSpawnFault(error))
        return failed(`The command could not be started: ${spawnFaultText(error, env)}`);
      throw error;
    } finally {
      unwatch?.();
    }
  };
  return (context) => inItsBox(() => run(context));
}

class ScriptRun {
  private timedOut = false;
  private ending: Promise<number> | null = null;
  private blocked = 0;
  /** The end of stderr, which may name a missing command. */
  private stderr = "";
  private readAt = Date.now();
  private readonly started_at = Date.now();

  constructor(
    private readonly context: StepContext,
    private readonly piped: Piped,
    private readonly query: TreeQuery,
    private readonly limits: Limits,
    private readonly paths: ScriptPaths,
    private readonly log: StepLog,
  ) {}

  async result(timeoutMs: number): Promise<StepResult> {
    const { child, stdout, stderr } = this.piped;
    const exited = exitOf(child);
    const pipes = [this.pump(stdout, "stdout"), this.pump(stderr, "stderr")];
    let open = true;
    const closed = Promise.all(pipes).then(() => {
      open = false;
    });
    const stopTimer = systemClock.after(timeoutMs, () => {
      this.timedOut = true;
      this.end(this.limits.grace);
    });
    const onAbort = () => this.end(this.graceOf(this.context.signal.reason as StopReason));
    this.context.signal.addEventListener("abort", onAbort);
    if (this.context.signal.aborted) onAbort();
    try {
      const exit = await exited;
      stopTimer();
      await Promise.race([closed, this.quiet(() => open)]);
      // All processes that the step left running are ended, also those that hold its pipes.
      const recent = Date.now() - this.started_at < RECENT_MS;
      const strays = await (this.ending ?? endTree({ ...this.query, recent }, { grace_ms: STRAY_GRACE_MS }));
      if (!this.ending && strays > 0)
        this.log.system(`Ended what the step had left running (processes: ${strays}).`);
      await Promise.race([closed, this.quiet(() => open)]);
      if (this.context.signal.aborted && !this.timedOut) return { status: "stopped" };
      return await this.judge(exit, timeoutMs);
    } finally {
      stopTimer();
      this.context.signal.removeEventListener("abort", onAbort);
      stdout.destroy();
      stderr.destroy();
    }
  }

  private async judge(exit: StepExit, timeoutMs: number): Promise<RecordedResult> {
    const facts = { exit_code: exit.code, signal: exit.signal };
    const read = await takeOutputFile(this.paths.output);
    const output = "output" in read ? read.output : null;
    if (this.timedOut) return failed(`Timed out after ${durationText(timeoutMs)}`, { ...facts, output });
    if (exit.signal) return failed(`Ended by ${exit.signal}`, { ...facts, output });
    if (exit.code !== 0) {
      const message =
        (this.query.boxed ? boxFault(exit.code, this.stderr) : null) ??
        missingCommand(exit.code, this.stderr) ??
        `Exited with code ${exit.code}`;
      return failed(message, { ...facts, output });
    }
    if ("refusal" in read) return failed(read.refusal, facts);
    return { status: "completed", output, ...facts };
  }

  private graceOf(reason: StopReason): number {
    if (reason === "lost") return 0;
    return reason === "handover" ? this.limits.handover : this.limits.grace;
  }

  private end(grace: number): void {
    // If the claim is lost meanwhile, the step is killed at once.
    if (this.ending && grace > 0) return;
    this.ending = endTree(this.query, { grace_ms: grace });
  }

  private async pump(stream: Readable, name: "stdout" | "stderr"): Promise<void> {
    stream.on("data", (bytes: Buffer) => {
      this.readAt = Date.now();
      if (name === "stderr") this.stderr = (this.stderr + bytes.toString("utf8")).slice(-STDERR_KEPT);
      const room = this.log.write(name, bytes);
      if (!room) return;
      this.blocked++;
      stream.pause();
      void room.then(() => {
        this.blocked--;
        this.readAt = Date.now();
        stream.resume();
      });
    });
    await new Promise<void>((resolve) => {
      stream.once("close", resolve);
      stream.once("error", () => resolve());
    });
  }

  /** Resolves once the pipes were silent for the grace time, so that all output was read. */
  private async quiet(isOpen: () => boolean): Promise<void> {
    const from = Date.now();
    while (isOpen()) {
      const silent = Date.now() - Math.max(this.readAt, from);
      const given = this.blocked > 0 && !this.context.signal.aborted;
      if (!given && silent >= this.limits.pipe) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}
