import { align } from "../../../lib/align";
import type { Outputs } from "../../../trpc/react";
import { stepLookIn } from "../../in-run/ui/step-look";
import { type Leaf, leavesOf } from "./leaves";

export type WireComparison = Outputs["runs"]["compare"];
export type WireChanges = Outputs["runs"]["compareChanges"];
export type ComparedRun = WireComparison["runs"][number];
export type ComparedStep = NonNullable<WireComparison["steps"][number]["of"][number]>;

/** A row of the comparison. `keys` are equal where its runs are, `null` for a run that has nothing there. */
export interface Row<T> {
  id: string;
  keys: readonly (string | null)[];
  of: readonly (T | null)[];
}

/** Whether the row's runs are not all alike. */
export const differs = ({ keys }: Pick<Row<unknown>, "keys">) => keys.some((key) => key !== keys[0]);

/** Durations that are told apart: by a second at least, and by a tenth. */
export const isLonger = (ms: number, than: number) =>
  Math.abs(ms - than) >= Math.max(1_000, Math.max(ms, than) / 10);

/** The same for all durations that are as good as that of the first run that has one. */
function durationKeys(took: readonly (number | null)[]): (string | null)[] {
  const base = took.find((ms) => ms !== null) ?? 0;
  return took.map((ms) => (ms === null ? null : isLonger(ms, base) ? String(ms) : "alike"));
}

const rowOf = <T>(id: string, of: readonly (T | null)[], keyOf: (item: T) => string): Row<T> => ({
  id,
  of,
  keys: of.map((item) => (item === null ? null : keyOf(item))),
});

/** A row of durations: keys tell apart only what counts as longer. */
export const durationRow = (id: string, took: readonly (number | null)[]): Row<number> => ({
  id,
  of: took,
  keys: durationKeys(took),
});

export interface LeafRow extends Row<Leaf> {
  path: string;
}

/** A row for each part of values that the runs have; null is no value. */
function leafRows(id: string, values: readonly unknown[]): LeafRow[] {
  const leaves = values.map((value) => (value === null || value === undefined ? [] : leavesOf(value)));
  return align(leaves, ({ path }) => path).map((of) => {
    const path = of.find((leaf) => leaf !== null)?.path ?? "";
    return { ...rowOf(`${id}\n${path}`, of, ({ value }) => JSON.stringify(value)), path };
  });
}

export const argRows = ({ runs }: WireComparison): LeafRow[] =>
  leafRows(
    "args",
    // Those without args have the empty object, which would be a row of its own.
    runs.map(({ args }) => (args !== null && Object.keys(args).length === 0 ? null : args)),
  );

/** Whether args of some run are too many to be compared. */
export const hasLargeArgs = ({ runs }: WireComparison) => runs.some(({ args }) => args === null);

export interface StepRow extends Row<ComparedStep> {
  step: WireComparison["steps"][number];
}

export function stepRows({ runs, steps }: WireComparison): StepRow[] {
  return steps.map((step) => {
    const took = durationKeys(step.of.map((each) => each?.took_ms ?? null));
    const keys = step.of.map((each, at) => {
      const run = runs[at];
      if (!each || !run) return null;
      const told = each.failures.map(({ message }) => message);
      return JSON.stringify([lookOf(run, step, each), each.attempt, took[at], told]);
    });
    return { id: step.step_id, keys, of: step.of, step };
  });
}

/** The displayed status of a step in its run. */
export const lookOf = (
  run: ComparedRun,
  { step_id, name }: { step_id: string; name: string },
  { status, continue_on_error }: ComparedStep,
) => stepLookIn(run, { step_id, name, status, continue_on_error, waiting_for: null, stalled_since: null });

/** An output that is compared as a whole, by its size and digest. */
export interface Whole {
  bytes: number;
  value: unknown;
}
export interface OutputRow extends Row<Leaf | Whole> {
  name: string;
  path: string;
}

interface WithOutput {
  output?: unknown;
  output_bytes: number | null;
  output_digest: string | null;
}

/** What steps, and runs of code, gave: part by part, or as a whole where some run's is too large. */
export function outputRows({ runs, steps }: WireComparison): OutputRow[] {
  const sources: { id: string; name: string; of: readonly (WithOutput | null)[] }[] = [
    ...steps.map(({ step_id, name, of }) => ({ id: step_id, name, of })),
    { id: "\nrun", name: "The run's own", of: runs },
  ];
  return sources.flatMap(({ id, name, of }): OutputRow[] => {
    if (of.every((each) => each === null || each.output_bytes === null)) return [];
    const isWhole = of.some((each) => each && each.output_bytes !== null && isLeftOut(each));
    if (!isWhole) {
      const rows = leafRows(
        id,
        of.map((each) => each?.output),
      );
      return rows.map((row) => ({ ...row, name }));
    }
    const wholes = of.map((each) =>
      each && each.output_bytes !== null ? { bytes: each.output_bytes, value: each.output } : null,
    );
    const keys = of.map((each) =>
      each && each.output_bytes !== null ? (each.output_digest ?? `of ${each.output_bytes}`) : null,
    );
    return [{ id, name, path: "", of: wholes, keys }];
  });
}

/** A value that is null takes four bytes. */
const isLeftOut = ({ output, output_bytes }: WithOutput) =>
  (output === null || output === undefined) && (output_bytes ?? 0) > 4;

export const artifactRows = ({ artifacts }: WireComparison) =>
  artifacts.map((artifact) => ({
    ...rowOf(`${artifact.step_id}\n${artifact.name}`, artifact.of, ({ sha256 }) => sha256),
    artifact,
  }));

/** A row for each file that some run changed. Runs of which that is not known count as the others. */
export function changeRows({ files, runs }: WireChanges) {
  const known = runs.findIndex(({ counts }) => counts !== null);
  return files.map(({ path, of }) => {
    const row = rowOf(path, of, ({ status, content_id }) =>
      JSON.stringify([status === "deleted", content_id]),
    );
    const keys = row.keys.map((key, at) => (runs[at]?.counts ? key : (row.keys[known] ?? null)));
    return { ...row, keys };
  });
}
