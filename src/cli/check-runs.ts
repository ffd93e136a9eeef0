import type { Db } from "../db/client";
import { type DisagreementKind, findDisagreements } from "../queue/disagreements";
import { type Finding, ok, warn } from "./finding";

/** Singular and plural description of each disagreement. */
const WORDS: Record<DisagreementKind, [one: string, several: string]> = {
  unmoved_runs: ["run wants to go on and has no job", "runs want to go on and have no job"],
  overslept_runs: ["run still waits for what has come", "runs still wait for what has come"],
  put_off_runs: ["run is put off for long", "runs are put off for long"],
  unstarted_runs: ["run waits though its project has room", "runs wait though their project has room"],
  orphaned_runs: ["run is held by a silent worker", "runs are held by silent workers"],
  late_waits: ["step waits by a clock that was ahead", "steps wait by a clock that was ahead"],
  lost_pools: ["worker that is gone still holds jobs", "workers that are gone still hold jobs"],
  dead_jobs: ["job is left that nobody takes", "jobs are left that nobody takes"],
  unfiled_logs: ["run has logs that are no files yet", "runs have logs that are no files yet"],
  open_steps: ["step is open in a run that has ended", "steps are open in runs that have ended"],
  open_attempts: [
    "attempt reads running while its step does not",
    "attempts read running while their steps do not",
  ],
  open_sessions: [
    "agent session reads running while its step does not",
    "agent sessions read running while their steps do not",
  ],
  open_questions: [
    "question of an agent is open after its session",
    "questions of agents are open after their sessions",
  ],
};
/** How many ids are listed; there may be thousands. */
const NAMED = 3;

/** Checks that rows of runs, jobs and workers agree. `alive`: number of running workers, which could repair them. */
export async function checkRuns(db: Db, alive: number): Promise<Finding[]> {
  const disagreements = await findDisagreements(db);
  if (disagreements.length === 0) return [ok("runs", "rows, jobs and workers agree")];
  const mend =
    alive > 0
      ? "workers mend it within seconds; if it stays, their log says why"
      : "a worker mends it; run npm start or npx phaseboard worker";
  return disagreements.map(({ kind, ids }) => {
    const [one, several] = WORDS[kind];
    const more = ids.length > NAMED ? ", …" : "";
    const which = `${ids.slice(0, NAMED).join(", ")}${more}`;
    return warn("runs", `${ids.length} ${ids.length === 1 ? one : several} (${which}); ${mend}`);
  });
}
