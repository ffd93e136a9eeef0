import type { StepStatus, WaitingFor } from "../../../model/states";
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

/** The displayed status of an attempt: while it runs, that of its step. */
export const attemptLook = (step: ShownStep, attempt: { status: StepStatus }) =>
  attempt.status === "running" ? stepLook(step) : displayStatus(attempt.status);
