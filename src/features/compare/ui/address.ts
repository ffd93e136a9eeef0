import { MAX_COMPARED } from "../../runs/limits";

/** The runs that the address names, by number or id: `runs=12,15`. */
export function refsOf(given: string | null): string[] {
  const refs = (given ?? "").split(",").map((ref) => ref.trim().replace(/^#/, ""));
  return [...new Set(refs.filter(Boolean))];
}

/** What `runs` of the address is with this run added, at the end; null where there is no place for it. */
export function withRun(refs: readonly string[], ref: string): string | null {
  if (refs.includes(ref)) return refs.join(",");
  return refs.length < MAX_COMPARED ? [...refs, ref].join(",") : null;
}

/** With the run at this place in front: what the others are compared with. */
export const withBase = (refs: readonly string[], at: number): string =>
  [refs[at] ?? "", ...refs.toSpliced(at, 1)].filter(Boolean).join(",");

export const withoutRun = (refs: readonly string[], at: number): string => refs.toSpliced(at, 1).join(",");
