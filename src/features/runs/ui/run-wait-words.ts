import type { RunWait } from "../schema";

/**
 * Why a run waits, in few words for its card; null if it waits for nothing, or if its steps already say why.
 */
export function runWaitWords(run: {
  waiting_for: RunWait | null;
  steps: readonly { step_id: string; name: string }[];
}): string | null {
  const wait = run.waiting_for;
  if (!wait) return null;
  switch (wait.kind) {
    case "disk":
      return "the server's disk is nearly full";
    case "quota":
      return "the project is over its quota of bytes";
    case "concurrency":
      return "behind another run of its group";
    case "project":
      return wait.limit === 1 ? "the project runs one at a time" : `the project runs ${wait.limit} at a time`;
    case "place":
      return "all workers are busy";
    case "worker":
      return "no worker is there";
    case "retry":
      return `${run.steps.find(({ step_id }) => step_id === wait.step_id)?.name ?? "a step"} is tried again`;
    default:
      return null;
  }
}

/** The time to show for a wait: its end if known, else its beginning. */
export const momentOf = ({ since, until }: RunWait) =>
  until === null ? { word: "since", at: since } : { word: "at", at: until };
