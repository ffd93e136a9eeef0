import type { RunState } from "../../journal/run-state";
import { leftAndRead, type Outputs, withOutputs } from "./large-outputs";
import { type Planned, plan } from "./plan";
import type { RunFacts } from "./ports";

export interface Decided {
  decision: Planned;
  /** The large outputs that the starting steps' expressions read, by row. */
  outputs: Outputs;
}

/** Decides as `plan` does, and reads the large outputs that conditions and starting steps need. */
export async function decide(
  run: RunFacts,
  state: RunState,
  now: number,
  {
    isInFlight,
    readOutput,
  }: { isInFlight(attempt_id: string): boolean; readOutput(row_id: string): Promise<unknown> },
): Promise<Decided> {
  const outputs: Outputs = new Map();
  const read = async (rows: Iterable<string>) => {
    for (const row_id of rows) outputs.set(row_id, await readOutput(row_id));
  };
  let missed = new Set<string>();
  let decision = plan(run, state, now, missed);
  // Only evaluating the conditions shows which outputs they read.
  while (missed.size > 0) {
    await read(missed);
    missed = new Set();
    decision = plan(run, { ...state, steps: withOutputs(state.steps, outputs) }, now, missed);
  }
  const begin = [...decision.running, ...decision.start]
    .filter((planned) => !isInFlight(planned.state.running_attempt_id ?? ""))
    .map(({ step }) => step);
  await read(leftAndRead(decision.steps, begin));
  return { decision: { ...decision, steps: withOutputs(decision.steps, outputs) }, outputs };
}
