import type { RunStatus, StepStatus, WaitingFor } from "../../../model/states";
import { type DisplayStatus, displayStatus } from "./status";

/** The fields of a step that decide its displayed status. */
export interface ShownStep {
  status: StepStatus;
  waiting_for: WaitingFor | null;
  stalled_since: string | null;
}

/** True while the step waits for a person's answer. */
export const needsPerson = ({ waiting_for }: Pick<ShownStep, "waiting_for">) =>
  waiting_for === "approval" || waiting_for === "permission";

/** True while the step's agent is silent. */
export const isStalled = ({ stalled_since }: Pick<ShownStep, "stalled_since">) => stalled_since !== null;

/** The running step to show: the first that waits for a person, else one that has stalled, else any. */
export const stepUnderWay = <S extends ShownStep>(steps: readonly S[]): S | undefined =>
  steps.find(needsPerson) ?? steps.find(isStalled) ?? steps.find(({ status }) => status === "running");

/** The displayed status of a step; one that waits or has stalled is "running" in the API alone. */
export function stepLook(step: ShownStep): DisplayStatus {
  if (needsPerson(step)) return "needs_you";
  if (isStalled(step)) return "stalled";
  return step.waiting_for === "sleep" ? "waiting" : displayStatus(step.status);
}

/** What decides whether a step's failure counts. */
export interface FailingRun {
  status: RunStatus;
  error_message: string | null;
}
export interface FailingStep {
  step_id: string;
  name: string;
  status: StepStatus;
  continue_on_error: boolean;
}

/**
 * True for a failure after which the run went on, or ended well. That the run goes on is said of all calls of code, so of
 * a run that failed its message has the last word: it names the step for which it did.
 */
export function isTolerated(run: FailingRun, step: FailingStep): boolean {
  if (step.status !== "failed" || run.status === "cancelled") return false;
  if (run.status === "completed") return true;
  return step.continue_on_error && !isNamed(run, step);
}

const isNamed = ({ error_message }: FailingRun, { name, step_id }: FailingStep) =>
  [name, step_id].some((word) => error_message?.startsWith(`Step "${word}" failed`));

/** The first step whose failure counts. */
export const firstFailed = <S extends FailingStep>(run: FailingRun, steps: readonly S[]): S | undefined =>
  steps.find((step) => step.status === "failed" && !isTolerated(run, step));

/** `stepLook` of a step in its run: a failure that does not count is muted. */
export const stepLookIn = (run: FailingRun, step: ShownStep & FailingStep): DisplayStatus =>
  isTolerated(run, step) ? "tolerated" : stepLook(step);

/** The displayed status of an attempt: while it runs, that of its step. */
export const attemptLook = (step: ShownStep, attempt: { status: StepStatus }) =>
  attempt.status === "running" ? stepLook(step) : displayStatus(attempt.status);
