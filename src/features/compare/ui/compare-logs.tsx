"use client";

import { ChevronLeft, FoldVertical } from "lucide-react";
import { Fragment, useState } from "react";
import { useCommands } from "../../../components/commands";
import { cx } from "../../../components/cx";
import { QueryView } from "../../../components/query-view";
import { Select } from "../../../components/select";
import { SkeletonRows } from "../../../components/skeleton";
import { Switch } from "../../../components/switch";
import { LIST_ITEM, useListNavigation } from "../../../components/use-list-navigation";
import { withMarks } from "../../../lib/marks";
import { type Outputs, trpc } from "../../../trpc/react";
import type { ComparedRun, WireComparison } from "./sections";

type WireLogs = Outputs["steps"]["compareLogs"];
type LogRow = WireLogs["rows"][number];

/** Equal lines that stay around those that differ. */
const CONTEXT = 3;
/** While a log may grow. */
const AGAIN_MS = 5_000;

/** The logs of a step of two runs side by side: the base's, and those of the run at `other`. */
export function CompareLogs({
  step,
  runs,
  other,
  onOther,
  onlyDiffering,
  onToggle,
  onClose,
}: {
  step: WireComparison["steps"][number];
  runs: readonly ComparedRun[];
  other: number;
  onOther: (at: number) => void;
  onlyDiffering: boolean;
  onToggle: () => void;
  onClose: () => void;
}) {
  const [part, setPart] = useState<"auto" | "start" | "error" | "end">("auto");
  const [left, right] = [step.of[0], step.of[other]];
  const query = trpc.steps.compareLogs.useQuery(
    { id: left?.id ?? "", with: right?.id ?? "", type: "events", part },
    {
      enabled: Boolean(left && right),
      refetchInterval: ({ state: { data } }) =>
        data && !(data.left.complete && data.right.complete) ? AGAIN_MS : false,
    },
  );
  const lacking = !left ? runs[0] : !right ? runs[other] : undefined;
  const list = useListNavigation<HTMLElement>();
  useCommands([
    {
      id: "compare.back",
      label: "Back to the comparison",
      group: "Comparison",
      shortcut: "escape",
      icon: ChevronLeft,
      run: onClose,
    },
  ]);
  const { data } = query;
  return (
    <>
      <header className="flex min-h-12 shrink-0 flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line px-4 py-2">
        <button
          type="button"
          onClick={onClose}
          className="h-control -ml-1.5 flex items-center gap-0.5 rounded-outer pr-2 pl-1 text-list text-muted hover:bg-hover hover:text-text"
        >
          <ChevronLeft aria-hidden size={14} />
          Comparison
        </button>
        <h1 className="min-w-0 truncate text-title font-medium">{withMarks(`Logs of ${step.name}`)}</h1>
        <div className="ml-auto flex flex-wrap items-center gap-2">
          <span className="flex h-control items-center gap-2 text-list text-muted">
            <Switch label="Only what differs" checked={onlyDiffering} onCheckedChange={onToggle} />
            <span aria-hidden>Only what differs</span>
          </span>
          {data && data.part !== "all" ? (
            <Select
              quiet
              aria-label="Part of the logs"
              value={data.part}
              onValueChange={setPart}
              options={[
                { value: "start", label: "Beginning" },
                { value: "error", label: "Around the error" },
                { value: "end", label: "End" },
              ]}
            />
          ) : null}
          {runs.length > 2 ? (
            <Select
              quiet
              aria-label="The run beside the base"
              value={String(other)}
              onValueChange={(at) => onOther(Number(at))}
              options={runs
                .slice(1)
                .map((run, at) => ({ value: String(at + 1), label: `#${run.number} ${run.name}` }))}
            />
          ) : null}
        </div>
      </header>
      {lacking ? (
        <p role="note" className="px-4 py-3 text-muted">
          {withMarks(`#${lacking.number} ${lacking.name}`)} has no such step, so there is no log to compare.
        </p>
      ) : (
        <QueryView
          query={query}
          skeleton={<SkeletonRows rows={16} label="Comparing the logs" />}
          className="flex-1"
        >
          {(logs) => (
            <>
              <Summary logs={logs} base={runs[0]} beside={runs[other]} />
              <section
                ref={list}
                aria-label="Logs side by side"
                // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
                tabIndex={0}
                className="min-h-0 flex-1 overflow-auto bg-sunken py-2 outline-offset-[-2px]"
              >
                <Rows key={`${part} ${other}`} rows={logs.rows} folded={onlyDiffering} />
              </section>
            </>
          )}
        </QueryView>
      )}
    </>
  );
}

/** How much differs, and which lines are compared. */
function Summary({
  logs: { left, right, rows, aligned },
  base,
  beside,
}: {
  logs: WireLogs;
  base: ComparedRun | undefined;
  beside: ComparedRun | undefined;
}) {
  const count = rows.filter(({ same }) => !same).length;
  const words = ({ first_line, last_line, total_lines }: WireLogs["left"]) => {
    if (total_lines === 0) return "no lines";
    const whole = last_line - first_line + 1 === total_lines;
    const [from, to, all] = [first_line, last_line, total_lines].map((line) => line.toLocaleString("en"));
    return whole ? `all ${all} lines` : `lines ${from} to ${to} of ${all}`;
  };
  const side = (run: ComparedRun | undefined, log: WireLogs["left"]) => (
    <span className="min-w-0 flex-1 truncate">
      <span className="tabular-nums">#{run?.number}</span> {withMarks(run?.name ?? "")}:{" "}
      <span className="text-faint tabular-nums">{words(log)}</span>
    </span>
  );
  return (
    <div className="shrink-0 border-b border-line px-4 py-1.5 text-meta text-muted">
      <p role="status" className="mb-0.5">
        {count === 0
          ? "These lines differ in nothing but times, durations and ids."
          : `${count.toLocaleString("en")} ${count === 1 ? "row differs" : "rows differ"}; times, durations and ids do not count.`}
        {count === 0 ? null : <span className="max-md:hidden"> J and K go from one to the next.</span>}
        {aligned ? "" : " They have too little in common to be aligned, so they stand line by line."}
      </p>
      <p className="flex gap-x-4 max-md:flex-col">
        {side(base, left)}
        {side(beside, right)}
      </p>
    </div>
  );
}

interface Piece {
  from: number;
  rows: LogRow[];
  /** Equal rows that are left out until somebody asks. */
  hidden: boolean;
}

/** Rows in pieces: those that differ with some context, and in between what is folded. */
function piecesOf(rows: readonly LogRow[], folded: boolean): Piece[] {
  const near = new Uint8Array(rows.length);
  for (const [at, { same }] of rows.entries()) {
    if (same && folded) continue;
    near.fill(1, Math.max(0, at - CONTEXT), at + CONTEXT + 1);
  }
  const pieces: Piece[] = [];
  for (const [at, row] of rows.entries()) {
    const hidden = near[at] === 0;
    const piece = pieces.at(-1);
    if (piece && piece.hidden === hidden) piece.rows.push(row);
    else pieces.push({ from: at, rows: [row], hidden });
  }
  return pieces;
}

function Rows({ rows, folded }: { rows: readonly LogRow[]; folded: boolean }) {
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  return (
    <div className="font-mono text-code">
      {piecesOf(rows, folded).map((piece) =>
        piece.hidden && !open.has(piece.from) ? (
          <button
            key={piece.from}
            type="button"
            onClick={() => setOpen(new Set([...open, piece.from]))}
            className="flex w-full items-center gap-1.5 border-y border-line bg-surface px-4 py-0.5 text-left font-sans text-meta text-muted hover:bg-hover hover:text-text"
          >
            <FoldVertical aria-hidden size={12} />
            {`${piece.rows.length.toLocaleString("en")} equal ${piece.rows.length === 1 ? "line" : "lines"}`}
          </button>
        ) : (
          <Fragment key={piece.from}>
            {piece.rows.map((row, at) => (
              <SideBySide
                key={`${row.left?.n ?? ""}-${row.right?.n ?? ""}`}
                row={row}
                begins={!row.same && (rows[piece.from + at - 1]?.same ?? true)}
              />
            ))}
          </Fragment>
        ),
      )}
    </div>
  );
}

/** `begins`: it is the first of some rows that differ, to which J and K go. */
function SideBySide({ row: { same, left, right }, begins }: { row: LogRow; begins: boolean }) {
  const [mine, theirs] = same ? [left?.text ?? "", right?.text ?? ""] : [left?.text, right?.text];
  return (
    <div
      {...(begins ? { ...LIST_ITEM, tabIndex: -1 } : {})}
      className="grid grid-cols-1 outline-offset-[-2px] [contain-intrinsic-size:auto_20px] [content-visibility:auto] focus:outline-2 focus:outline-focus md:grid-cols-2"
    >
      <Side n={left?.n} text={mine} against={same ? undefined : theirs} sign="−" same={same} />
      <div className={cx("md:border-l md:border-line", (same || !right) && "max-md:hidden")}>
        <Side n={right?.n} text={theirs} against={same ? undefined : mine} sign="+" same={same} />
      </div>
    </div>
  );
}

function Side({
  n,
  text,
  against,
  sign,
  same,
}: {
  n: number | undefined;
  text: string | undefined;
  /** What stands in the other log in its place. */
  against: string | undefined;
  sign: "+" | "−";
  same: boolean;
}) {
  if (text === undefined) return <div aria-hidden className="h-full min-h-5 bg-canvas/60 max-md:hidden" />;
  const [before, middle, after] = splitAt(text, against);
  const isGone = sign === "−";
  return (
    <div className={cx("flex h-full min-w-0", same ? null : isGone ? "bg-failed/8" : "bg-done/8")}>
      <span className="min-w-14 shrink-0 pr-2 pl-2 text-right text-faint tabular-nums select-none">{n}</span>
      <span aria-hidden className={cx("w-3 shrink-0 select-none", isGone ? "text-failed" : "text-done")}>
        {same ? "" : sign}
      </span>
      {same ? null : <span className="sr-only">{isGone ? "Only the base: " : "Only the other: "}</span>}
      <span className="min-w-0 flex-1 pr-3 wrap-anywhere whitespace-pre-wrap">
        {before}
        {middle === "" ? null : (
          <span className={cx("rounded-[2px]", same ? null : isGone ? "bg-failed/20" : "bg-done/20")}>
            {middle}
          </span>
        )}
        {after}
      </span>
    </div>
  );
}

/** What of a line differs from the other one, between what both begin and end with. */
function splitAt(text: string, against: string | undefined): [string, string, string] {
  if (against === undefined) return [text, "", ""];
  const most = Math.min(text.length, against.length);
  let from = 0;
  while (from < most && text[from] === against[from]) from++;
  let end = 0;
  while (end < most - from && text.at(-1 - end) === against.at(-1 - end)) end++;
  const to = text.length - end;
  // With next to nothing in common the marks would only disturb.
  return from + end < 4 ? [text, "", ""] : [text.slice(0, from), text.slice(from, to), text.slice(to)];
}
