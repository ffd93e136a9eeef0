import type { RunState } from "../../journal/run-state";
import type { FromHost } from "./protocol";

type Said = Exclude<FromHost, { result: string }>;

/** What functions gave that the code went on with before it was their steps' result, and what it has said since. */
export class Ahead {
  private readonly outputs = new Map<string, unknown>();
  private said: Said[] = [];

  get isEmpty(): boolean {
    return this.outputs.size === 0;
  }

  add(stepId: string, output: unknown): void {
    this.outputs.set(stepId, output);
  }

  hold(message: Said): void {
    this.said.push(message);
  }

  /**
   * What was said and can be heard, now that `state` has the results; null where one of them is not as the code
   * took it, so that all it went on to say is void. `onResult` is told of each step whose result is.
   */
  release(state: RunState, onResult: (stepId: string) => void): Said[] | null {
    if (this.isEmpty) return [];
    for (const { step_id, status, output, running_attempt_id } of state.steps) {
      if (!this.outputs.has(step_id) || running_attempt_id !== null) continue;
      if (status !== "completed" || !isSame(output, this.outputs.get(step_id))) return null;
      this.outputs.delete(step_id);
      onResult(step_id);
    }
    return this.isEmpty ? this.said.splice(0) : [];
  }
}

const isSame = (one: unknown, other: unknown) =>
  one === other || JSON.stringify(one) === JSON.stringify(other);
