import { ChevronRight } from "lucide-react";
import { CodeBlock } from "../../../components/code-block";
import { cx } from "../../../components/cx";
import { withMarks } from "../../../lib/marks";
import type { DisplayStatus } from "../../in-run/ui/status";
import { StatusIcon } from "../../in-run/ui/status-icon";
import type { ToolItem } from "./session-log";
import { shownPath } from "./shown-path";
import { ToolBody } from "./tool-body";
import { ToolIcon } from "./tool-icon";

const LOOKS: Record<ToolItem["status"], DisplayStatus> = {
  pending: "waiting",
  in_progress: "running",
  completed: "done",
  failed: "failed",
};
const MOST_PATHS = 4;

/** One tool call: what it does, its state and its result. */
export function ToolView({
  item,
  asks,
  running,
}: {
  item: ToolItem;
  /** The tool call waits for a permission. */
  asks: boolean;
  /** The session is running; in an ended session an unfinished call will not continue. */
  running: boolean;
}) {
  const { title, tool, status, locations, content, input, output } = item;
  const isOver = status === "completed" || status === "failed";
  const look = asks ? "needs_you" : running || isOver ? LOOKS[status] : "cancelled";
  const result = content.length === 0 ? output : undefined;
  const body = content.length > 0 || input !== undefined || result !== undefined;
  const changes = content.some(({ type }) => type === "diff");
  const head = (
    <>
      <ToolIcon kind={tool} />
      <span className="min-w-0 flex-1">
        <span className={cx("wrap-anywhere", tool === "execute" && "font-mono text-code")}>
          {withMarks(title)}
        </span>
        {locations.length > 0 && !changes ? <Paths locations={locations} /> : null}
      </span>
      <StatusIcon status={look} className="mt-[3px]" />
    </>
  );
  const row = "flex min-h-8 min-w-0 items-start gap-2 px-2.5 py-1.5 text-list";
  if (!body) return <div className={cx(row, "rounded-outer border border-line bg-surface")}>{head}</div>;
  return (
    <details
      open={changes || status === "failed"}
      className="group/tool min-w-0 rounded-outer border border-line bg-surface"
    >
      <summary className={cx(row, "cursor-pointer rounded-outer outline-offset-[-2px] hover:bg-hover")}>
        <ChevronRight
          aria-hidden
          size={12}
          className="mt-1 shrink-0 text-faint transition-transform group-open/tool:rotate-90"
        />
        {head}
      </summary>
      <div className="flex min-w-0 flex-col gap-2 border-t border-line p-2.5">
        {input !== undefined && !changes ? <Json label="Called with" value={input} /> : null}
        <ToolBody content={content} isOutput={tool === "execute"} />
        {result !== undefined ? <Json label="Gave" value={result} /> : null}
      </div>
    </details>
  );
}

function Paths({ locations }: Pick<ToolItem, "locations">) {
  const rest = locations.length - MOST_PATHS;
  return (
    <span className="block font-mono text-meta wrap-anywhere text-faint">
      {locations
        .slice(0, MOST_PATHS)
        .map(({ path, line }) => (line === null ? shownPath(path) : `${shownPath(path)}:${line}`))
        .join("  ")}
      {rest > 0 ? ` and ${rest} more` : null}
    </span>
  );
}

/** Characters of a value that are shown; the step's log has all of it. */
const MOST_CHARS = 10_000;

function Json({ label, value }: { label: string; value: unknown }) {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <p className="text-meta text-faint">{withMarks(label)}</p>
      <CodeBlock
        code={text.length > MOST_CHARS ? `${text.slice(0, MOST_CHARS)}\n…` : text}
        language={typeof value === "string" ? null : "json"}
      />
    </div>
  );
}
