import { CircleX } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "../../../components/cx";
import { withMarks } from "../../../lib/marks";
import type { ErrorLine } from "../../../model/error-line";

/** Errors that are listed; the log has the others marked. */
const LISTED = 3;

/**
 * Why a step failed, in its log's own words where they are found, with an action. `tolerated`: its run went on.
 * `onLine` shows a line of the log. Long messages scroll.
 */
export function StepError({
  message,
  errors,
  tolerated,
  onLine,
  action,
}: {
  message: string;
  errors: readonly ErrorLine[] | null;
  tolerated: boolean;
  onLine: (line: number) => void;
  action: ReactNode;
}) {
  const [first, ...others] = errors ?? [];
  const shown = others.slice(0, LISTED - 1);
  const more = others.length - shown.length;
  return (
    <div
      role={tolerated ? "note" : "alert"}
      className={cx(
        "flex shrink-0 flex-wrap items-start gap-x-3 gap-y-2 border-b border-line px-4 py-2",
        !tolerated && "bg-[color-mix(in_oklab,var(--failed)_8%,transparent)]",
      )}
    >
      <CircleX
        aria-hidden
        size={14}
        className={cx("mt-[3px] shrink-0", tolerated ? "text-waiting" : "text-failed")}
      />
      <div className="max-h-32 min-w-0 flex-1 basis-60 overflow-y-auto text-list break-words">
        {first ? (
          <>
            <ErrorWords error={first} onLine={onLine} main />
            {shown.map((error) => (
              <ErrorWords key={`${error.log_line} ${error.message}`} error={error} onLine={onLine} />
            ))}
            <p className="text-meta text-muted">
              {more > 0 ? `${more} more · ` : null}
              <span className="whitespace-pre-wrap">{withMarks(message)}</span>
              {tolerated ? " · the run went on all the same" : null}
            </p>
          </>
        ) : (
          <>
            <p className="whitespace-pre-wrap text-text">{withMarks(message)}</p>
            {tolerated ? <p className="text-meta text-muted">The run went on all the same.</p> : null}
          </>
        )}
      </div>
      {action}
    </div>
  );
}

function ErrorWords({
  error: { message, file, line, log_line },
  onLine,
  main = false,
}: {
  error: ErrorLine;
  onLine: (line: number) => void;
  main?: boolean;
}) {
  const place = file === null ? null : line === null ? file : `${file}:${line}`;
  return (
    <p className={main ? "font-medium text-text" : "text-muted"}>
      {withMarks(message)}
      <span className="text-meta font-normal text-muted">
        {place === null ? null : <span className="ml-2 font-mono">{withMarks(place)}</span>}
        {log_line === null ? null : (
          <button
            type="button"
            onClick={() => onLine(log_line)}
            className="ml-2 rounded-inner underline decoration-line-strong underline-offset-2 hover:text-text"
          >
            line {log_line}
          </button>
        )}
      </span>
    </p>
  );
}
