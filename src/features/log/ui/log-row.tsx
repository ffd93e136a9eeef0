import { type MouseEvent, memo, type Ref } from "react";
import { cx } from "../../../components/cx";
import type { LogLine } from "./log-lines";
import { LogLineText } from "./log-text";

interface LogRowProps {
  line: LogLine;
  /** Line number, from 1. */
  number: number;
  selected: boolean;
  /** The selected search hit. */
  current: boolean;
  query: string;
  wrap: boolean;
  timestamps: boolean;
  /** Number of digits of the widest line number. */
  digits: number;
  /** Null if lines have no address. */
  onPick: ((number: number, extend: boolean) => void) | null;
  measure: Ref<HTMLDivElement>;
}

const STREAMS = {
  stdout: "border-transparent",
  stderr: "border-failed/55",
  agent: "border-accent/55",
  system: "border-transparent text-faint italic",
} as const;

const NUMBER = "shrink-0 pr-3 pl-1 text-right not-italic select-none";

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
  selected,
  current,
  query,
  wrap,
  timestamps,
  digits,
  onPick,
  measure,
}: LogRowProps) {
  const pick = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    onPick?.(number, event.shiftKey);
  };
  return (
    <div
      ref={measure}
      data-index={number - 1}
      className={cx(
        "flex min-h-5 border-l-2 pr-4",
        STREAMS[line.stream],
        selected ? "bg-accent-soft" : current ? "bg-needs-you-fill/15" : "hover:bg-hover",
      )}
    >
      {onPick ? (
        <a
          href={`#L${number}`}
          onClick={pick}
          aria-label={`Line ${number}`}
          aria-current={selected ? "true" : undefined}
          style={{ minWidth: `${digits + 3}ch` }}
          className={cx(
            NUMBER,
            "outline-offset-[-2px] hover:text-text",
            selected ? "text-accent-text" : "text-faint",
          )}
        >
          {number}
        </a>
      ) : (
        <span aria-hidden style={{ minWidth: `${digits + 3}ch` }} className={cx(NUMBER, "text-faint")}>
          {number}
        </span>
      )}
      {timestamps ? (
        <time dateTime={line.t} className="shrink-0 pr-3 text-faint not-italic select-none">
          {timeOf(line.t)}
        </time>
      ) : null}
      {line.stream === "stderr" ? <span className="sr-only">Error output: </span> : null}
      <span
        className={cx("min-w-0", wrap ? "[overflow-wrap:anywhere] whitespace-pre-wrap" : "whitespace-pre")}
      >
        <LogLineText line={line} query={query} />
      </span>
    </div>
  );
});
