import { type DisplayStatus, displayStatus } from "../../../components/status";
import type { StepStatus, WaitingFor } from "../../../engine/states";

/** What of a step says how it stands. */
export interface StepState {
  status: StepStatus;
  waiting_for: WaitingFor | null;
}

/** True while nothing goes on until a person has answered. */
export const needsPerson = ({ waiting_for }: Pick<StepState, "waiting_for">) =>
  waiting_for === "approval" || waiting_for === "permission";

/** The look of a step: on the wire one that waits is running, to people it is not. */
export function stepLook(step: StepState): DisplayStatus {
  if (needsPerson(step)) return "needs_you";
  return step.waiting_for === "sleep" ? "waiting" : displayStatus(step.status);
}

/** The look of one attempt of a step: while it is under way, the step's. */
export const attemptLook = (step: StepState, attempt: { status: StepStatus }) =>
  attempt.status === "running" ? stepLook(step) : displayStatus(attempt.status);
