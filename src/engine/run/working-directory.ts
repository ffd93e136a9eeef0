import { realpathSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { isBelow } from "../../lib/is-below";
import type { WorkspaceKind } from "../../model/states";
import type { RunFacts } from "./ports";

/**
 * The folder in which a run works; only this function decides it. `workspaces`: the absolute folder below which runs
 * have places of their own.
 */
export function runWorkingDirectory(
  workspaces: string,
  run: { id: string; workspace: WorkspaceKind; project: { id: string; path: string } },
): string {
  if (run.workspace === "shared") return run.project.path;
  return join(workspaceFolder(workspaces, run), "files");
}

/** A run's own folder, with its files and what is remembered of them. */
export const workspaceFolder = (workspaces: string, run: { id: string; project: { id: string } }) =>
  join(workspaces, run.project.id, run.id);

/**
 * The folder in which a step runs: `given` relative to the run's folder, with links followed. A reason for people where
 * it does not exist or lies outside.
 */
export function stepWorkingDirectory(
  run: Pick<RunFacts, "folder">,
  given: string | null,
): { path: string } | { refusal: string } {
  const base = realPath(run.folder);
  if (base === null) return { refusal: `The run's folder ${run.folder} is not there` };
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
