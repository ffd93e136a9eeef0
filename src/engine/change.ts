import { durationText } from "./duration-text";
import { type Decision, plan } from "./plan";
import type {
  Change,
  Claim,
  EnginePorts,
  FinishedAttempt,
  RunState,
  StartedAttempt,
  StepState,
} from "./ports";
import { resolveStep } from "./resolve";
import { expressionScope } from "./scope";

/** What one transaction is to record of a decision; `start` are those of its starts that are to be made. */
export function changeOf(
  claim: Claim,
  decision: Decision,
  finished: FinishedAttempt[],
  start: Decision["start"],
  newId: () => string,
): Change {
  const scope = expressionScope(claim.run, decision.steps);
  return {
    checkpoints: [],
    finished,
    skipped: decision.skipped,
    started: start.map(({ step, state, refusal }): StartedAttempt => {
      const attempt = { step: state, definition: step, attempt_id: newId(), number: state.attempt + 1 };
      if (step.kind === "function" && step.sleep_ms !== undefined) {
        return { ...attempt, waiting: { for: "sleep", wake_after_ms: step.sleep_ms, request: null } };
      }
      const asks = step.kind === "approval" && refusal === null;
      const resolved = asks ? resolveStep(claim.run, step, scope) : null;
      // One that cannot be asked fails, like any other step whose expressions cannot be told.
      if (resolved?.refusal !== null || resolved.step.kind !== "approval")
        return { ...attempt, waiting: null };
      const { prompt, approvers, form, timeout_ms } = resolved.step;
      const request = { prompt, approvers, form: form ?? null };
      return { ...attempt, waiting: { for: "approval", wake_after_ms: timeout_ms, request } };
    }),
    ended: decision.ended,
    steps_ended: decision.steps_ended,
  };
}

/**
 * What a run that was just claimed starts with, to be recorded with the claim itself. Null where something has to
 * be done ahead of it, or where there is more to record than starts.
 */
export function firstChange(
  claim: Claim,
  state: RunState,
  ports: Pick<EnginePorts, "clock" | "newId" | "draining">,
): Change | null {
  if (claim.run.definition.code !== undefined || ports.draining()) return null;
  if (state.steps.some((step) => step.output_left)) return null;
  const decision = plan(claim.run, state, ports.clock.now());
  const isPlain = decision.running.length === 0 && !decision.ended && endWaits(decision, ports).length === 0;
  if (!isPlain || decision.skipped.length > 0 || decision.start.some(({ refusal }) => refusal !== null))
    return null;
  return decision.start.length === 0 ? null : changeOf(claim, decision, [], decision.start, ports.newId);
}

/** Whether there is nothing new in it; what was kept before is no part of that. */
export function isEmpty({ finished, skipped, started, ended }: Change): boolean {
  return finished.length === 0 && skipped.length === 0 && started.length === 0 && !ended;
}

/** The state as it will be once these attempts are recorded. */
export function withResults(state: RunState, finished: FinishedAttempt[], now: number): RunState {
  if (finished.length === 0) return state;
  const byStep = new Map(finished.map((attempt) => [attempt.step.step_id, attempt]));
  const steps = state.steps.map((step): StepState => {
    const attempt = byStep.get(step.step_id);
    if (!attempt) return step;
    const { result, again } = attempt;
    return {
      ...step,
      status: again ? "pending" : result.status,
      output: result.output,
      output_left: false,
      error_message: result.status === "failed" ? result.error_message : null,
      ended_at: now,
      running_attempt_id: null,
      waiting_for: null,
      wake_at: null,
    };
  });
  return { ...state, steps };
}

/** The state once the whole change is recorded. */
export function withChange(state: RunState, change: Change, now: number): RunState {
  const ended = withResults(state, change.finished, now);
  const skipped = new Set(change.skipped.map((step) => step.step_id));
  const started = new Map(change.started.map((attempt) => [attempt.step.step_id, attempt]));
  const steps = ended.steps.map((step): StepState => {
    if (skipped.has(step.step_id)) return { ...step, status: "skipped", waiting_for: null, wake_at: null };
    const attempt = started.get(step.step_id);
    if (!attempt) return step;
    return {
      ...step,
      is_new: false,
      status: "running",
      attempt: attempt.number,
      tries: step.tries + 1,
      output: null,
      output_left: false,
      error_message: null,
      running_attempt_id: attempt.attempt_id,
      waiting_for: attempt.waiting?.for ?? null,
      wake_at: attempt.waiting ? now + attempt.waiting.wake_after_ms : null,
    };
  });
  return { ...ended, current_phase: change.started.at(-1)?.definition.phase ?? ended.current_phase, steps };
}

/** The ends of waits whose time is over: a sleep has done what it was for, an approval has failed. */
export function endWaits(decision: Decision, { clock }: Pick<EnginePorts, "clock">): FinishedAttempt[] {
  return decision.waiting.flatMap(({ step, state }) => {
    const { wake_at, running_attempt_id: attempt_id, waiting_for } = state;
    if (wake_at === null || attempt_id === null || wake_at > clock.now()) return [];
    const facts = { output: null, exit_code: null, signal: null };
    const error_message = `Timed out after ${durationText(step.timeout_ms)}: nobody has decided`;
    const result =
      waiting_for === "sleep"
        ? { status: "completed" as const, ...facts }
        : { status: "failed" as const, ...facts, error_message };
    const log = { sealed: true, rest: [] };
    return [{ step: state, attempt_id, log, artifacts: [], result, again: false }];
  });
}
