import type { RunWait } from "../schema";

/**
 * What a run waits for, in words that stand behind its name; null where one of its steps says it, or where it waits for
 * nothing.
 */
export function runWaitWords(run: {
  waiting_for: RunWait | null;
  steps: readonly { step_id: string; name: string }[];
}): string | null {
  const wait = run.waiting_for;
  if (!wait) return null;
  switch (wait.kind) {
    case "concurrency":
      return "waits for another run of its group";
    case "project":
      return wait.limit === 1
        ? "waits for its turn: the project runs one at a time"
        : `waits for its turn: the project runs ${wait.limit} at a time`;
    case "place":
      return "waits for its turn: every worker is busy";
    case "worker":
      return "waits for a worker: none is there";
    case "retry":
      return `waits to try ${run.steps.find(({ step_id }) => step_id === wait.step_id)?.name ?? "a step"} again`;
    default:
      return null;
  }
}
