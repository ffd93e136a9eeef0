import { type DisplayStatus, displayStatus } from "../../../components/status";
import type { StepStatus, WaitingFor } from "../../../engine/states";

/** What of a step says how it stands. */
export interface StepState {
  status: StepStatus;
  waiting_for: WaitingFor | null;
  stalled_since: string | null;
}

/** True while nothing goes on until a person has answered. */
export const needsPerson = ({ waiting_for }: Pick<StepState, "waiting_for">) =>
  waiting_for === "approval" || waiting_for === "permission";

/** True while nothing comes from the step's agent. */
export const isStalled = ({ stalled_since }: Pick<StepState, "stalled_since">) => stalled_since !== null;

/** The step under way that says most: the first that waits for a person, else whose agent has stalled, else any. */
export const stepUnderWay = <S extends StepState>(steps: readonly S[]): S | undefined =>
  steps.find(needsPerson) ?? steps.find(isStalled) ?? steps.find(({ status }) => status === "running");

/** The look of a step: on the wire one that waits or has stalled is running, to people it is not. */
export function stepLook(step: StepState): DisplayStatus {
  if (needsPerson(step)) return "needs_you";
  if (isStalled(step)) return "stalled";
  return step.waiting_for === "sleep" ? "waiting" : displayStatus(step.status);
}

/** The look of one attempt of a step: while it is under way, the step's. */
export const attemptLook = (step: StepState, attempt: { status: StepStatus }) =>
  attempt.status === "running" ? stepLook(step) : displayStatus(attempt.status);
