import type { ProjectEvent } from "../../../events/catalog";

/**
 * The news in an event, worded to follow the run's name; null if there is none. A step that needs several
 * approvals emits one waiting event for each; `begun` remembers the step so that only the first counts.
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
