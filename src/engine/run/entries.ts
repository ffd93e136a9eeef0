import type { RunState, StepState } from "../../journal/run-state";
import { type EndedEntry, type Entry, NOTHING_GIVEN, type StartedEntry } from "../../model/entry";
import { durationText } from "../expressions/duration-text";
import { logDirectoryKey, transcriptKey } from "../logs/paths";
import { type Planned, plan } from "./plan";
import type { Claim, EnginePorts } from "./ports";
import { resolveStep } from "./resolve";
import { expressionScope } from "./scope";

/** The entries that record a decision, without those of ended attempts. `start`: the starts that are really made. */
export function entriesOf(
  claim: Claim,
  decision: Planned,
  start: Planned["start"],
  newId: () => string,
): Entry[] {
  const skipped = decision.skipped.map(
    ({ row_id, step_id }): Entry => ({ kind: "skipped", row_id, step_id }),
  );
  const started = start.map((planned) => startOf(claim, decision.steps, planned, newId));
  const { ended } = decision;
  const end: Entry[] = ended ? [{ kind: "finished", output: null, ...ended }] : [];
  return [...skipped, ...started, ...end];
}

function startOf(
  { run, worker_id }: Claim,
  steps: StepState[],
  { step, state, refusal }: Planned["start"][number],
  newId: () => string,
): StartedEntry {
  const number = state.attempt + 1;
  const entry: StartedEntry = {
    kind: "started",
    row_id: state.row_id,
    step_id: step.id,
    name: step.name,
    step_kind: step.kind,
    phase: step.phase,
    is_new: state.is_new ?? false,
    continue_on_error: step.continue_on_error,
    attempt_id: newId(),
    number,
    tries: state.tries,
    worker_id,
    folder: logDirectoryKey(run.id, step.id, number),
    wait: null,
    session: null,
  };
  if (step.kind === "agent") {
    const transcript = transcriptKey(run.id, step.id, number);
    return { ...entry, session: { id: newId(), agent: step.agent, transcript } };
  }
  if (step.kind === "function" && step.sleep_ms !== undefined) {
    return { ...entry, wait: { for: "sleep", after_ms: step.sleep_ms, request: null } };
  }
  if (step.kind !== "approval" || refusal !== null) return entry;
  const resolved = resolveStep(run, step, expressionScope(run, steps));
  // An approval whose expressions cannot be computed is started without a wait, and fails like any other step.
  if (resolved.refusal !== null || resolved.step.kind !== "approval") return entry;
  const { prompt, approvers, form = null, changes, timeout_ms } = resolved.step;
  const request = { prompt, approvers, form, ...(changes ? { changes } : {}) };
  return { ...entry, wait: { for: "approval", after_ms: timeout_ms, request } };
}

/**
 * The first starts of a run, to be recorded together with its claim. Empty where something has to be done first (an
 * interrupted attempt, a large output to read), or where more than starts is to be recorded.
 */
export function firstEntries(
  claim: Claim,
  state: RunState,
  ports: Pick<EnginePorts, "clock" | "newId" | "draining">,
): Entry[] {
  if (claim.run.definition.code !== undefined || ports.draining()) return [];
  if (state.steps.some((step) => step.output_left)) return [];
  const now = ports.clock.now();
  const decision = plan(claim.run, state, now);
  const { running, ended, skipped, start } = decision;
  const isPlain =
    running.length === 0 && !ended && skipped.length === 0 && endsOfWaits(decision, now).length === 0;
  if (!isPlain || start.some(({ refusal }) => refusal !== null)) return [];
  return entriesOf(claim, decision, start, ports.newId);
}

/** The ends of waits whose time is over: a sleep completes, an approval fails. */
export function endsOfWaits(decision: Planned, now: number): EndedEntry[] {
  return decision.waiting.flatMap(({ step, state }) => {
    const { row_id, step_id, wake_at, running_attempt_id: attempt_id, waiting_for } = state;
    if (wake_at === null || attempt_id === null || wake_at > now) return [];
    const isSleep = waiting_for === "sleep";
    const why = `Timed out after ${durationText(step.timeout_ms)}: nobody has decided`;
    return {
      ...NOTHING_GIVEN,
      row_id,
      step_id,
      attempt_id,
      status: isSleep ? "completed" : "failed",
      error_message: isSleep ? null : why,
      waited: true,
    };
  });
}
