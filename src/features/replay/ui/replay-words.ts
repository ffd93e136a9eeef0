import type { StateEventType } from "../../../model/replay";

interface Told {
  type: string;
  status: string | null;
  step_id: string | null;
}

const STATUS_WORDS: Record<string, string> = {
  pending: "waits for its turn",
  running: "runs",
  paused: "is paused",
  completed: "is done",
  failed: "failed",
  cancelled: "is cancelled",
  skipped: "is skipped",
};

/** What an event says, in a few words. `step`: the step's name. */
export function eventWords({ type, status, step_id }: Told, step: string | null = step_id): string {
  const name = step ?? "A step";
  switch (type as StateEventType) {
    case "workflow.execution.created":
      return "The run was made";
    case "workflow.execution.status_changed":
      return `The run ${STATUS_WORDS[status ?? ""] ?? status}`;
    case "workflow.execution.phase_changed":
      return "A phase began";
    case "workflow.step.started":
      return `${name} began`;
    case "workflow.step.completed":
      return status === "pending"
        ? `${name} will be tried again`
        : `${name} ${STATUS_WORDS[status ?? ""] ?? status}`;
    case "workflow.step.waiting":
      return `${name} asks a person`;
    case "workflow.step.stalled":
      return `${name} is silent, or speaks again`;
    default:
      return "Something beside the states changed";
  }
}
