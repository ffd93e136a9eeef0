import type { RunState } from "../../journal/run-state";
import type { FromHost } from "./protocol";

type Said = Exclude<FromHost, { result: string }>;

/** Results of functions with which the code already went on before they were recorded, and its messages since then. */
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
   * The held messages, once `state` has every awaited result; an empty list until then. Null where a recorded result
   * differs from the one that the code took: its later messages are void. `onResult` is called for each step whose
   * result is the same.
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
