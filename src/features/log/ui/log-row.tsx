import { ChevronDown, ChevronRight, MessageSquare } from "lucide-react";
import { type MouseEvent, memo, type Ref } from "react";
import { cx } from "../../../components/cx";
import { withMarks } from "../../../lib/marks";
import { plainText } from "../../../lib/plain-text";
import { textMatches } from "../../../lib/text-matches";
import type { ShownLine } from "./log-store";
import { LogLineText } from "./log-text";

interface LogRowProps {
  /** Absent until it has come. */
  line: ShownLine | undefined;
  /** Line number, from 1. */
  number: number;
  /** The row's place in its list, for measuring. */
  index: number;
  selected: boolean;
  /** The selected search hit. */
  current: boolean;
  /** Says why the step failed. */
  marked: boolean;
  /** A text to mark, or the places that an expression has found. */
  query: string;
  found: readonly [number, number][] | null;
  wrap: boolean;
  timestamps: boolean;
  /** Number of digits of the widest line number. */
  digits: number;
  /** Whether the group that this line names is folded, and what it hides; null where it names none. */
  folded: boolean | null;
  /** The group's name, which stands for the line. */
  title: string | null;
  hidden: number;
  /** How many groups it is in. */
  depth: number;
  /** Null if lines have no address. */
  onPick: ((number: number, extend: boolean) => void) | null;
  onFold: (line: number, folded: boolean) => void;
  /** How many threads begin at this line, and whether one of them is open. */
  notes: number;
  openNote: boolean;
  /** Something open is said of this line. */
  noted: boolean;
  onNote: (line: number) => void;
  /** Null where all rows have one height. */
  measure: Ref<HTMLDivElement> | null;
}

const STREAMS = {
  stdout: "border-transparent",
  stderr: "border-failed/55",
  agent: "border-accent/55",
  system: "border-transparent text-faint italic",
} as const;

/** Of the border and the number: a ground would take the contrast of a program's own colours. */
const LEVELS = {
  error: { row: "border-failed", number: "text-failed" },
  warning: { row: "border-needs-you", number: "text-needs-you" },
} as const;

const MARKED = "bg-[color-mix(in_oklab,var(--failed)_10%,transparent)]";
const NUMBER = "shrink-0 pr-3 pl-1 text-right not-italic select-none";
const MOST_MARKS = 200;

const clock = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
});

function timeOf(t: string): string {
  const at = Date.parse(t);
  return Number.isNaN(at) ? "" : clock.format(at);
}

export const LogRow = memo(function LogRow({
  line,
  number,
  index,
  selected,
  current,
  marked,
  query,
  found,
  wrap,
  timestamps,
  digits,
  folded,
  title,
  hidden,
  depth,
  onPick,
  onFold,
  notes,
  openNote,
  noted,
  onNote,
  measure,
}: LogRowProps) {
  const pick = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    onPick?.(number, event.shiftKey);
  };
  const level = line?.level ?? null;
  const isTold = level === "error" || level === "warning";
  const isGroup = folded !== null;
  const Chevron = folded ? ChevronRight : ChevronDown;
  return (
    <div
      ref={measure}
      data-index={index}
      data-line={number}
      className={cx(
        "relative flex min-h-5 border-l-2 pr-4",
        marked
          ? "border-failed"
          : isTold
            ? LEVELS[level].row
            : line
              ? STREAMS[line.stream]
              : "border-transparent",
        marked && !selected && !current && MARKED,
        level === "debug" && "text-faint",
        isGroup && "font-medium",
        selected ? "bg-accent-soft" : current ? "bg-needs-you-fill/15" : !marked && "hover:bg-hover",
      )}
    >
      {notes > 0 ? (
        <button
          type="button"
          aria-label={`Show ${notes === 1 ? "the comment" : `${notes} comments`} on line ${number}`}
          onClick={() => onNote(number)}
          className={cx(
            "absolute top-0 left-0 z-1 inline-flex h-5 w-5 items-center justify-center rounded-inner not-italic hover:bg-pressed pointer-coarse:-top-1 pointer-coarse:h-7 pointer-coarse:w-7",
            openNote ? "text-accent-text" : "text-faint",
          )}
        >
          <MessageSquare aria-hidden size={12} fill={openNote ? "currentColor" : "none"} />
        </button>
      ) : null}
      {onPick ? (
        <a
          href={`#L${number}`}
          onClick={pick}
          aria-label={`Line ${number}`}
          aria-current={selected ? "true" : undefined}
          style={{ minWidth: `${digits + 5}ch` }}
          className={cx(
            NUMBER,
            "font-normal outline-offset-[-2px] hover:text-text",
            selected || noted ? "text-accent-text" : isTold ? LEVELS[level].number : "text-faint",
          )}
        >
          {number}
        </a>
      ) : (
        <span aria-hidden style={{ minWidth: `${digits + 5}ch` }} className={cx(NUMBER, "text-faint")}>
          {number}
        </span>
      )}
      {timestamps ? (
        <time
          dateTime={line?.t}
          className="min-w-[15ch] shrink-0 pr-3 font-normal text-faint not-italic select-none"
        >
          {line ? timeOf(line.t) : ""}
        </time>
      ) : null}
      {depth > 0 ? <span aria-hidden style={{ width: `${depth * 2}ch` }} className="shrink-0" /> : null}
      {isGroup ? (
        <button
          type="button"
          aria-expanded={!folded}
          aria-label={folded ? `Unfold ${hidden} lines` : `Fold ${hidden} lines`}
          onClick={() => onFold(number, !folded)}
          className="-my-px mr-1 inline-flex size-5 shrink-0 items-center justify-center self-start rounded-inner text-muted hover:bg-pressed hover:text-text pointer-coarse:size-6"
        >
          <Chevron aria-hidden size={14} />
        </button>
      ) : null}
      {marked ? <span className="sr-only">Error: </span> : null}
      {line?.stream === "stderr" ? <span className="sr-only">Error output: </span> : null}
      <span
        className={cx("min-w-0", wrap ? "[overflow-wrap:anywhere] whitespace-pre-wrap" : "whitespace-pre")}
      >
        {title !== null ? (
          withMarks(title)
        ) : line ? (
          <LogLineText
            text={line.text}
            matches={found ?? (query === "" ? [] : textMatches(plainText(line.text), query, MOST_MARKS))}
          />
        ) : (
          <span aria-hidden className="inline-block h-2.5 w-48 rounded-inner bg-hover" />
        )}
      </span>
      {folded && hidden > 0 ? (
        <span className="pl-3 font-normal whitespace-nowrap text-faint select-none">
          {hidden.toLocaleString("en")} {hidden === 1 ? "line" : "lines"}
        </span>
      ) : null}
    </div>
  );
});
