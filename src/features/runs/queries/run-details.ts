import type { Run, RunDetails } from "../schema";

/** What a run's details have besides its row. */
export type RunParts = Omit<RunDetails, keyof Run | "workflow_definition">;

/** Builds a run's details, for `runs.get` and for the commands that start runs. */
export function detailsOf(run: Run, parts: RunParts): RunDetails {
  return { ...run, ...parts, workflow_definition: parts.definition };
}

/** The parts of a run that was just created. */
export const NOTHING_YET = {
  snapshot: null,
  followed: false,
  followers_count: 0,
  agents_count: 0,
  comments_count: 0,
  open_threads_count: 0,
  artifacts_count: 0,
  log_bytes: 0,
  comments: [],
  comments_next_cursor: null,
  artifacts: [],
  artifacts_next_cursor: null,
} satisfies Partial<RunParts>;
