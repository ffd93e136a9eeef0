import { isRunEnded } from "../../../model/states";
import { retryStep } from "../../in-run/ui/run-facts";
import type { RunListItem } from "../../runs/schema";
import type { BoardGroup } from "../groups";
import { type ColumnFacts, columnOf, phaseOf } from "./columns";

/** What moving a card to a column does; a move that makes no sense says why. */
export type Move =
  | { kind: "pause" | "resume" | "cancel" | "acknowledge" | "unacknowledge"; says: string }
  | { kind: "retry"; says: string; from: { step_id: string; name: string }; again: number }
  | { kind: "assign"; says: string; assignee_id: string | null }
  | { kind: "refused"; says: string };

const refused = (says: string): Move => ({ kind: "refused", says });

/** The steps that a retry does again: the one with which it begins and all behind it. */
function retryFrom(run: RunListItem, step_id: string, says: string): Move {
  const at = run.steps.findIndex((step) => step.step_id === step_id);
  const step = run.steps[at];
  if (!step) return refused("The run has no step from which it could go on.");
  return { kind: "retry", says, from: { step_id, name: step.name }, again: run.steps.length - at };
}

function toEnd(run: RunListItem): Move {
  if (run.status === "failed") return { kind: "acknowledge", says: "Acknowledges the failure" };
  if (isRunEnded(run.status)) return refused("The run has ended already.");
  return { kind: "cancel", says: "Cancels the run" };
}

function toRunning(run: RunListItem): Move {
  if (run.status === "pending") return refused("It starts by itself once it is its turn.");
  if (run.status === "paused") {
    return run.over_budget
      ? refused("Its budget is reached: raise that on its card, and it goes on.")
      : { kind: "resume", says: "Resumes the run" };
  }
  if (isRunEnded(run.status)) return retryFirst(run);
  return refused("It goes on by itself once somebody has answered.");
}

function retryFirst(run: RunListItem): Move {
  const from = retryStep(run);
  return from ? retryFrom(run, from.step_id, `Retries from ${from.name}`) : refused("The run has no steps.");
}

function byStatus(run: RunListItem, key: string): Move {
  switch (key) {
    case "paused":
      if (run.status === "running") return { kind: "pause", says: "Pauses the run" };
      return refused(
        isRunEnded(run.status)
          ? "The run has ended, so there is nothing to pause."
          : "Only a run that is at work can be paused.",
      );
    case "running":
      return toRunning(run);
    case "pending":
      return isRunEnded(run.status)
        ? retryFirst(run)
        : refused("A run that has begun does not wait for its turn again.");
    case "failed":
      if (run.status === "failed") return { kind: "unacknowledge", says: "Takes the acknowledgement back" };
      return refused("A run comes here by itself when one of its steps fails.");
    default:
      return refused("A run comes here by itself when it asks for something.");
  }
}

function byPhase(run: RunListItem, phase: string, phases: readonly string[]): Move {
  if (!isRunEnded(run.status))
    return refused(`A run goes through its phases by itself. To go back to ${phase}, cancel it first.`);
  const [to, from] = [phases.indexOf(phase), phases.indexOf(phaseOf(run))];
  if (run.status !== "completed" && to > from) {
    return refused(`It ended in ${phaseOf(run)}, so it goes on from there or from an earlier phase.`);
  }
  const first = run.steps.find((step) => step.phase === phase);
  return first
    ? retryFrom(run, first.step_id, `Retries from ${phase}`)
    : refused(`The run has no step in ${phase}.`);
}

/** What moving the run to the column would do; null where it is there already. */
export function moveOf(
  run: RunListItem,
  to: Pick<ColumnFacts, "key" | "title">,
  group: BoardGroup,
  columns: readonly Pick<ColumnFacts, "key">[],
): Move | null {
  if (columnOf(run, group, null) === to.key) return null;
  if (to.key === "recent") return toEnd(run);
  const value = to.key.slice(to.key.indexOf(":") + 1);
  if (to.key.startsWith("phase:")) {
    const phases = columns.filter(({ key }) => key.startsWith("phase:")).map(({ key }) => key.slice(6));
    return byPhase(run, value, phases);
  }
  if (to.key.startsWith("assignee:")) {
    const assignee_id = value === "" ? null : value;
    return {
      kind: "assign",
      assignee_id,
      says: assignee_id ? `Assigns it to ${to.title}` : "Assigns it to nobody",
    };
  }
  if (to.key.startsWith("person:")) return refused("Who started a run stays the same.");
  if (to.key.startsWith("definition:"))
    return refused("A run stays with its definition. Start one of the other.");
  if (to.key.startsWith("project:")) return refused("A run stays in its project.");
  if (to.key.startsWith("label:")) return refused("Labels are changed in the run's menu.");
  return byStatus(run, to.key);
}
