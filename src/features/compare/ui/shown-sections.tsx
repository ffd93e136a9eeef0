import { ScrollText } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { fileSize } from "../../../components/file-size";
import { LIST_ITEM } from "../../../components/use-list-navigation";
import { withMarks } from "../../../lib/marks";
import { ChangeNumbers } from "../../changes/ui/change-counts";
import { priorityLevel } from "../../in-run/ui/priority-sign";
import { runLook } from "../../in-run/ui/run-facts";
import { STATUS_LOOKS } from "../../in-run/ui/status";
import { StatusIcon } from "../../in-run/ui/status-icon";
import { TriggerSign } from "../../in-run/ui/trigger-sign";
import { LabelChips } from "../../labels/ui/label-chip";
import { DurationCell, FoldedText, Nothing } from "./cells";
import type { ShownRow, ShownSection } from "./compare-table";
import { leafText } from "./leaves";
import {
  argRows,
  artifactRows,
  type ComparedRun,
  changeRows,
  durationRow,
  hasLargeArgs,
  lookOf,
  outputRows,
  type Row,
  stepRows,
  type WireChanges,
  type WireComparison,
} from "./sections";

/** The look of a run that is compared, of whose steps that is not known for which they wait. */
export const comparedLook = (run: ComparedRun) => runLook({ ...run, steps: [] });

function shownRow<T>(row: Row<T>, label: ReactNode, cell: (item: T, at: number) => ReactNode): ShownRow {
  const cellAt = (at: number) => {
    const item = row.of[at];
    return item === null || item === undefined ? <Nothing /> : cell(item, at);
  };
  return { id: row.id, keys: row.keys, label, cell: cellAt };
}

const mostOf = (took: readonly (number | null | undefined)[]) => Math.max(1, ...took.map((ms) => ms ?? 0));

const CODE = "font-mono text-code";

/** What of the runs themselves is compared. */
export function factsOf({ runs }: WireComparison, slug: string): ShownSection {
  const fact = <T,>(
    label: string,
    of: (run: ComparedRun) => T | null,
    cell: (item: T, run: ComparedRun) => ReactNode,
    keyOf: (item: T, run: ComparedRun) => string = (item) => String(item),
  ): ShownRow[] => {
    const items = runs.map(of);
    if (items.every((item) => item === null)) return [];
    const keys = items.map((item, at) => {
      const run = runs[at];
      return item === null || !run ? null : keyOf(item, run);
    });
    return [
      shownRow({ id: label, of: items, keys }, label, (item, at) => {
        const run = runs[at];
        return run ? cell(item, run) : null;
      }),
    ];
  };
  const duration = (label: string, of: (run: ComparedRun) => number | null): ShownRow[] => {
    const took = runs.map(of);
    if (took.every((ms) => !ms)) return [];
    const most = mostOf(took);
    return [
      shownRow(durationRow(label, took), label, (ms) => (
        <DurationCell ms={ms} base={took[0] ?? null} most={most} />
      )),
    ];
  };
  const rows = [
    ...fact("Status", comparedLook, (look) => (
      <span className="flex items-center gap-1.5">
        <StatusIcon status={look} decorative />
        {STATUS_LOOKS[look].label}
      </span>
    )),
    ...fact(
      "Why it failed",
      ({ status, first_error, error_message }) =>
        status === "completed" ? null : (first_error ?? error_message),
      (why) => <FoldedText text={why} className={`${CODE} text-failed`} />,
    ),
    ...fact(
      "Definition",
      (run) => run.definition_name,
      (name, run) => {
        const href = `/p/${slug}/definitions/${run.definition_slug}`;
        const [base] = runs;
        const isOther =
          base?.workflow_definition_id === run.workflow_definition_id && base.revision !== run.revision;
        return (
          <>
            <Link href={href} className="rounded-inner wrap-anywhere hover:underline">
              {withMarks(name)} <span className="text-muted">r{run.revision}</span>
            </Link>
            {isOther ? (
              <Link
                href={`${href}?tab=revisions&revision=${run.revision}&against=${base.revision}`}
                className="ml-2 rounded-inner text-meta text-accent-text hover:underline"
              >
                What changed since r{base.revision}
              </Link>
            ) : null}
          </>
        );
      },
      (_, run) => `${run.workflow_definition_id} ${run.revision}`,
    ),
    ...fact(
      "Started by",
      (run) => run.user_name,
      (name, run) => (
        <span className="flex min-w-0 items-center gap-1.5">
          <TriggerSign run={run} />
          <span className="min-w-0 wrap-anywhere">{withMarks(name)}</span>
        </span>
      ),
      (name, { trigger }) => JSON.stringify([name, trigger]),
    ),
    ...duration("Working", (run) => run.worked_ms),
    ...duration("Waiting", (run) => run.waited_ms),
    ...fact(
      "Began from",
      (run) => run.base_commit ?? run.base,
      (_, { base, base_commit }) => (
        <span className="wrap-anywhere">
          {withMarks(base ?? "the main branch")}
          {base_commit === null ? null : (
            <span className={`${CODE} ml-1.5 text-muted`}>{base_commit.slice(0, 9)}</span>
          )}
        </span>
      ),
    ),
    ...fact(
      "Priority",
      ({ priority }) => (runs.every((run) => run.priority === 0) ? null : priority),
      (priority) => `${priorityLevel(priority).label} (${priority})`,
    ),
    ...fact(
      "Labels",
      ({ labels }) => (labels.length === 0 ? null : labels),
      (labels) => <LabelChips labels={labels} most={10} />,
      (labels) => labels.map(({ id }) => id).join(" "),
    ),
    ...fact(
      "Tokens",
      (run) => run.tokens,
      (tokens) => <span className="tabular-nums">{tokens.toLocaleString("en")}</span>,
    ),
    ...fact(
      "Cost",
      (run) => run.cost,
      (cost, { currency }) => (
        <span className="tabular-nums">
          {cost.toLocaleString("en", { maximumFractionDigits: 4 })} {withMarks(currency ?? "")}
        </span>
      ),
    ),
  ];
  return { title: "Run", rows, empty: "" };
}

export function argsSection(comparison: WireComparison): ShownSection {
  return {
    title: "Args",
    rows: argRows(comparison).map((row) =>
      shownRow(row, <span className={CODE}>{withMarks(row.path)}</span>, ({ value }) => (
        <FoldedText text={leafText(value)} className={CODE} />
      )),
    ),
    note: hasLargeArgs(comparison) ? "Args of more than 64 KB are not compared." : undefined,
    empty: "None of them was started with args.",
  };
}

/** `onLogs` opens the logs of a step side by side; absent where there is nothing to compare with. */
export function stepsSection(
  comparison: WireComparison,
  slug: string,
  onLogs: ((step_id: string) => void) | undefined,
): ShownSection {
  const { runs, steps, steps_left_out } = comparison;
  const most = mostOf(steps.flatMap(({ of }) => of.map((each) => each?.took_ms)));
  const rows = stepRows(comparison).map((row) => {
    const { step_id, name, kind } = row.step;
    const label = (
      <span className="flex min-w-0 items-start gap-1">
        <span className="min-w-0 flex-1">
          {withMarks(name)}
          {name === step_id ? null : (
            <span className="block font-mono text-meta text-faint">{withMarks(step_id)}</span>
          )}
        </span>
        {onLogs && kind !== "approval" ? (
          <button
            type="button"
            {...LIST_ITEM}
            data-logs-of={step_id}
            aria-label={withMarks(`Logs of ${name} side by side`)}
            title="Logs side by side"
            onClick={() => onLogs(step_id)}
            className="-my-0.5 inline-flex size-6 shrink-0 items-center justify-center rounded-inner text-muted hover:bg-pressed hover:text-text pointer-coarse:size-9"
          >
            <ScrollText aria-hidden size={14} />
          </button>
        ) : null}
      </span>
    );
    return shownRow(row, label, (step, at) => {
      const run = runs[at];
      if (!run) return null;
      const look = lookOf(run, row.step, step);
      const href = `/p/${slug}/runs/${run.id}?step=${encodeURIComponent(step_id)}`;
      return (
        <span className="flex min-w-0 flex-col gap-1">
          <span className="flex min-w-0 items-start gap-1.5">
            <Link href={href} className="mt-0.75 rounded-inner">
              <StatusIcon status={look} />
            </Link>
            {step.took_ms === null ? (
              <span className="text-faint">{STATUS_LOOKS[look].label}</span>
            ) : (
              <DurationCell
                ms={step.took_ms}
                base={row.of[0]?.took_ms ?? null}
                most={most}
                fill={STATUS_LOOKS[look].fill}
              />
            )}
          </span>
          {step.attempt > 1 ? <span className="text-meta text-muted">{step.attempt} attempts</span> : null}
          {step.failures.map(({ message, log_line }) => (
            <span key={`${log_line} ${message}`} className="text-failed">
              <FoldedText text={message} className={CODE} />
              {log_line === null ? null : (
                <Link
                  href={`${href}#L${log_line}`}
                  className="rounded-inner text-meta text-muted hover:underline"
                >
                  line {log_line.toLocaleString("en")}
                </Link>
              )}
            </span>
          ))}
        </span>
      );
    });
  });
  return {
    title: "Steps",
    rows,
    note: leftOutNote(steps_left_out, "steps"),
    empty: "None of them has a step.",
  };
}

const leftOutNote = (count: number, what: string) =>
  count === 0 ? undefined : `${count.toLocaleString("en")} further ${what} are not compared.`;

export function outputsSection(comparison: WireComparison): ShownSection {
  return {
    title: "Outputs",
    rows: outputRows(comparison).map((row) =>
      shownRow(
        row,
        <>
          {withMarks(row.name)}
          {row.path === "" ? null : <span className={`${CODE} block text-faint`}>{withMarks(row.path)}</span>}
        </>,
        (item) =>
          "bytes" in item ? (
            <span className="text-muted tabular-nums">{fileSize(item.bytes)}, as a whole</span>
          ) : (
            <FoldedText text={leafText(item.value)} className={CODE} />
          ),
      ),
    ),
    empty: "None of their steps has an output.",
  };
}

export function artifactsSection(comparison: WireComparison, slug: string): ShownSection {
  const { runs, artifacts_left_out } = comparison;
  return {
    title: "Artifacts",
    rows: artifactRows(comparison).map((row) =>
      shownRow(
        row,
        <>
          {withMarks(row.artifact.name)}
          <span className="block text-meta text-faint">{withMarks(row.artifact.step_id)}</span>
        </>,
        (artifact, at) => (
          <Link
            href={`/p/${slug}/runs/${runs[at]?.id}?more=artifacts&artifact=${artifact.id}`}
            className="flex flex-wrap items-baseline gap-x-2 rounded-inner tabular-nums hover:underline"
          >
            {fileSize(artifact.size_bytes)}
            <span className={`${CODE} text-muted`} title="The beginning of its SHA-256">
              {artifact.sha256.slice(0, 8)}
            </span>
            {artifact.removed ? <span className="text-meta text-faint">gone by retention</span> : null}
          </Link>
        ),
      ),
    ),
    note: leftOutNote(artifacts_left_out, "artifacts"),
    empty: "None of them has an artifact.",
  };
}

export function changesSection(
  runs: readonly ComparedRun[],
  changes: WireChanges | undefined,
  error: string | null,
  slug: string,
): ShownSection {
  const title = "Changes";
  if (error !== null) return { title, rows: [], empty: error };
  if (!changes) return { title, rows: [], loading: true, empty: "" };
  const notes = new Set(changes.runs.flatMap(({ note }) => note ?? []));
  const totals: ShownRow = {
    id: "\nall",
    label: "All files",
    keys: changes.runs.map(({ counts }) => JSON.stringify(counts)),
    cell: (at) => {
      const counts = changes.runs[at]?.counts;
      return counts ? <ChangeNumbers counts={counts} withFiles /> : <Nothing>not known</Nothing>;
    },
  };
  const files = changeRows(changes).map(
    (row): ShownRow => ({
      id: row.id,
      keys: row.keys,
      label: <span className={CODE}>{withMarks(row.id)}</span>,
      cell: (at) => {
        const file = row.of[at];
        const run = runs[at];
        if (!changes.runs[at]?.counts || !run) return <Nothing>not known</Nothing>;
        if (!file) return <Nothing>not changed</Nothing>;
        const { additions, deletions, status } = file;
        return (
          <Link
            href={`/p/${slug}/runs/${run.id}?more=changes&tall=1&file=${encodeURIComponent(row.id)}`}
            className="flex flex-wrap items-baseline gap-x-2 rounded-inner hover:underline"
          >
            {additions === null ? (
              "binary"
            ) : (
              <ChangeNumbers counts={{ files: 1, additions, deletions: deletions ?? 0 }} />
            )}
            {status === "modified" ? null : (
              <span className="text-meta text-muted">{status.replace("_", " ")}</span>
            )}
          </Link>
        );
      },
    }),
  );
  const isKnown = changes.runs.some(({ counts }) => counts !== null);
  const left = leftOutNote(changes.files_left_out, "files");
  return {
    title,
    rows: isKnown ? [totals, ...files] : [],
    note: isKnown && (notes.size > 0 || left) ? [...notes, left].filter(Boolean).join(" ") : undefined,
    empty: [...notes].join(" "),
  };
}
