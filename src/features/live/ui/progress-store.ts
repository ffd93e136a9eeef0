import { plainText } from "../../../lib/plain-text";

/** Last output line of each running step, by run and step. */
const lines = new Map<string, string>();
const listeners = new Map<string, Set<() => void>>();

/** Steps whose last line is kept; the oldest is dropped first. */
const LIMIT = 500;

const keyOf = (run_id: string, step_id: string) => `${run_id}/${step_id}`;

/** The last line of `output` that is not empty, without colours. */
export function lastLine(output: string): string {
  const said = plainText(output)
    .split(/[\r\n]/)
    .map((line) => line.trim())
    .findLast((line) => line !== "");
  return said?.slice(0, 300) ?? "";
}

export function putProgress(run_id: string, step_id: string, output: string): void {
  const line = lastLine(output);
  if (line === "") return;
  const key = keyOf(run_id, step_id);
  lines.delete(key);
  lines.set(key, line);
  if (lines.size > LIMIT) {
    const [oldest] = lines.keys();
    if (oldest !== undefined) lines.delete(oldest);
  }
  for (const listener of listeners.get(key) ?? []) listener();
}

export function dropProgress(run_id: string, step_id: string): void {
  const key = keyOf(run_id, step_id);
  if (lines.delete(key)) for (const listener of listeners.get(key) ?? []) listener();
}

export function readProgress(run_id: string, step_id: string): string | null {
  return lines.get(keyOf(run_id, step_id)) ?? null;
}

export function watchProgress(run_id: string, step_id: string, listener: () => void): () => void {
  const key = keyOf(run_id, step_id);
  const of = listeners.get(key) ?? new Set();
  listeners.set(key, of.add(listener));
  return () => {
    of.delete(listener);
    if (of.size === 0) listeners.delete(key);
  };
}
