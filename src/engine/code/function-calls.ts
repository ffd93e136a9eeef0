import { durationText } from "../expressions/duration-text";
import type { EnginePorts, StepContext, StepLog, StepResult } from "../run/ports";
import { failed } from "./results";

/** The functions of steps that run in the code's process at this moment. */
export class FunctionCalls {
  /** Running functions by the id of their step. */
  private readonly running = new Map<string, { land(result: StepResult): void; log: StepLog }>();

  constructor(private readonly clock: EnginePorts["clock"]) {}

  get size(): number {
    return this.running.size;
  }

  /**
   * Calls `begin` to start the function. Resolves with the result given to `land`, as stopped when `signal` aborts, or
   * as failed after the step's timeout.
   */
  async run(
    { step, signal, log }: StepContext,
    begin: () => void,
    onTimeout: () => void,
  ): Promise<StepResult> {
    const stop = () => this.land(step.id, { status: "stopped" });
    const cancelTimeout = this.clock.after(step.timeout_ms, () => {
      this.land(step.id, failed(`Timed out after ${durationText(step.timeout_ms)}`));
      onTimeout();
    });
    signal.addEventListener("abort", stop);
    try {
      return await new Promise<StepResult>((resolve) => {
        this.running.set(step.id, { land: resolve, log });
        if (signal.aborted) stop();
        else begin();
      });
    } finally {
      cancelTimeout();
      signal.removeEventListener("abort", stop);
      this.running.delete(step.id);
    }
  }

  has(stepId: string): boolean {
    return this.running.has(stepId);
  }

  land(stepId: string, result: StepResult): void {
    this.running.get(stepId)?.land(result);
  }

  landAll(result: StepResult): void {
    for (const { land } of this.running.values()) land(result);
  }

  /** Writes to the log of every running function, since the output cannot be told apart. */
  write(stream: "stdout" | "stderr", bytes: Buffer): void {
    for (const { log } of this.running.values()) void log.write(stream, bytes);
  }
}
