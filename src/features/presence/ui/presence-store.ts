import type { Present, Viewer } from "../schema";

const NOBODY: readonly Viewer[] = [];
/** Who looks at which run, by its id; at none of them by the project's. */
const viewers = new Map<string, readonly Viewer[]>();
const watchers = new Set<() => void>();

const tell = () => {
  for (const watcher of watchers) watcher();
};

/** Sets who looks at a run, or at none of the project's. */
export function putViewers(project_id: string, run_id: string | null, people: readonly Viewer[]): void {
  const key = run_id ?? project_id;
  if (people.length > 0) viewers.set(key, people);
  else viewers.delete(key);
  tell();
}

/** Sets everybody in a project. `known`: its runs of which something was known. */
export function putPresent(project_id: string, { runs }: Present): void {
  viewers.clear();
  for (const { execution_id, people } of runs) viewers.set(execution_id ?? project_id, people);
  tell();
}

export const readViewers = (key: string): readonly Viewer[] => viewers.get(key) ?? NOBODY;

export function watchViewers(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}
