import type { ProjectEvent } from "../../../events/catalog";

/**
 * What an event says that people should hear of, to be put behind the run's name; null for all else. A step
 * that waits says so again with each of several approvals: `begun`, which this keeps, tells the first apart.
 */
export function newsOf({ type, data }: ProjectEvent, begun: Set<string>): string | null {
  switch (type) {
    case "workflow.execution.status_changed":
      return data.status === "completed" ? "is done" : data.status === "failed" ? "failed" : null;
    case "workflow.step.started":
      begun.add(keyOf(data));
      return null;
    case "workflow.step.completed":
      begun.delete(keyOf(data));
      return null;
    case "workflow.step.waiting":
      if (data.for === "permission") return "waits for a permission";
      return begun.delete(keyOf(data)) ? "waits for an approval" : null;
    case "workflow.step.stalled":
      return data.stalled ? "has stalled" : null;
    default:
      return null;
  }
}

const keyOf = ({ execution_id, step_id }: { execution_id: string; step_id: string }) =>
  `${execution_id} ${step_id}`;
