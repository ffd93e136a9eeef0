import { realpathSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { isBelow } from "../../lib/is-below";
import type { RunFacts } from "./ports";

/** The folder in which a run works; only this function decides it. */
export function runWorkingDirectory(run: Pick<RunFacts, "project">): string {
  return run.project.path;
}

/**
 * The folder in which a step runs: `given` relative to the run's folder, with links followed. A reason for people where
 * it does not exist or lies outside.
 */
export function stepWorkingDirectory(
  run: Pick<RunFacts, "project">,
  given: string | null,
): { path: string } | { refusal: string } {
  const base = realPath(runWorkingDirectory(run));
  if (base === null) return { refusal: `The project's folder ${run.project.path} is not there` };
  if (given === null || given === "") return { path: base };
  const inside = (path: string) => path === base || isBelow(base, path);
  const wanted = resolve(base, given);
  if (!inside(wanted)) return { refusal: `The working directory ${given} is outside the project` };
  const real = realPath(wanted);
  if (real === null) return { refusal: `The working directory ${given} is not there` };
  if (!inside(real))
    return { refusal: `The working directory ${given} is a link that leads out of the project` };
  if (!statSync(real, { throwIfNoEntry: false })?.isDirectory())
    return { refusal: `The working directory ${given} is no folder` };
  return { path: real };
}

/** The real path; null where nothing is there. */
function realPath(path: string): string | null {
  try {
    return realpathSync.native(path);
  } catch {
    return null;
  }
}
