import type { WireStep } from "../../in-run/ui/wire";

type KnownStep = Pick<WireStep, "step_id" | "name" | "status" | "attempt" | "started_at" | "completed_at">;

export interface RetryWords {
  /** Names of the steps that are run anew though they have run, and of those that are kept. */
  anew: string[];
  kept: string[];
  /** How many have not run yet. */
  coming: number;
  /** What becomes of the run's files; null where they are the project's own. */
  files: string | null;
}

/** What a retry from a step replaces; the same rules as on the server. */
export function retryWords(
  run: { snapshot: string | null; steps: readonly KnownStep[] },
  from: string,
): RetryWords {
  const at = Math.max(
    0,
    run.steps.findIndex(({ step_id }) => step_id === from),
  );
  const [kept, again] = [run.steps.slice(0, at), run.steps.slice(at)];
  const first = again[0];
  const began = first?.started_at ?? null;
  // Work of a step that ended meanwhile is among the files, so they are left.
  const later = kept.find(
    ({ completed_at }) => began !== null && completed_at !== null && completed_at > began,
  );
  const files =
    run.snapshot === null || first === undefined
      ? null
      : began === null
        ? "The run's files stay as they are."
        : later
          ? `The run's files stay as they are, since ${later.name} has ended meanwhile.`
          : `The run's files go back to what ${first.name} found.`;
  return {
    anew: again.filter(({ attempt }) => attempt > 0).map(({ name }) => name),
    kept: kept.filter(({ status }) => status === "completed").map(({ name }) => name),
    coming: again.filter(({ attempt }) => attempt === 0).length,
    files,
  };
}

const LISTED = 6;

/** "build, test and 3 more". */
export function listOfNames(names: readonly string[]): string {
  const shown = names.slice(0, LISTED);
  const more = names.length - shown.length;
  if (more > 0) return `${shown.join(", ")} and ${more} more`;
  return shown.length > 1 ? `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}` : (shown[0] ?? "");
}
