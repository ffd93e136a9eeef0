import { eq } from "drizzle-orm";
import type { Caller } from "../../../auth/scope";
import { workflowRunSteps } from "../../../db/schema/runs";
import { AppError } from "../../../lib/errors";
import { plainText } from "../../../lib/plain-text";
import { openStep } from "../../in-run/open-step";
import { openIndex } from "../../log/queries/open-index";
import { readWindow } from "../../log/queries/read-window";
import type { LogWindowLine } from "../../log/schema";
import { alignLines } from "../align-lines";
import { COMPARED_LINES, type ComparedLogs, type CompareLogsInput } from "../schema";

/** Characters of a line that are shown. */
const SHOWN_LENGTH = 1_000;
/** Of the lines around an error those ahead of it, which say how it came to be. */
const BEFORE_ERROR = 700;

/**
 * The newest logs of two steps of a project side by side. Of long ones a part is compared, so that neither their size nor
 * how much they differ has a say in how long it takes. Throws as `openIndex`, and BAD_REQUEST for steps of two projects.
 */
export async function compareLogs(caller: Caller, input: CompareLogsInput): Promise<ComparedLogs> {
  const [mine, theirs] = await Promise.all([
    openStep(caller, input, "project:read"),
    openStep(caller, { id: input.with }, "project:read"),
  ]);
  if (mine.project_id !== theirs.project_id) {
    throw new AppError(
      "BAD_REQUEST",
      "The steps are of two projects. Compare logs of runs of one project: others have nothing in common.",
      [{ path: "with", message: "is a step of another project" }],
    );
  }
  const [left, right] = await Promise.all([
    openLog(caller, mine.step_row_id),
    openLog(caller, theirs.step_row_id),
  ]);
  const { part, starts } = placeOf(input.part, left, right);
  const [leftLines, rightLines] = await Promise.all([left.read(starts[0]), right.read(starts[1])]);
  const { aligned, rows } = alignLines(leftLines.map(shown), rightLines.map(shown));
  const sideOf = (log: Log, run_id: string, start: number, lines: readonly unknown[]) => ({
    run_id,
    attempt: log.attempt,
    first_line: start + 1,
    last_line: start + lines.length,
    total_lines: log.total,
    complete: log.complete,
  });
  return {
    left: sideOf(left, mine.run_id, starts[0], leftLines),
    right: sideOf(right, theirs.run_id, starts[1], rightLines),
    part,
    aligned,
    rows,
  };
}

interface Log {
  attempt: number;
  total: number;
  complete: boolean;
  /** Line of the first error, from 1. */
  error: number | null;
  read(first: number): Promise<LogWindowLine[]>;
}

async function openLog(caller: Caller, step_row_id: string): Promise<Log> {
  const [{ attempt, index }, [step]] = await Promise.all([
    openIndex(caller, { id: step_row_id }),
    caller.db
      .select({ error_line: workflowRunSteps.error_line })
      .from(workflowRunSteps)
      .where(eq(workflowRunSteps.id, step_row_id)),
  ]);
  const error = step?.error_line ?? null;
  if (!attempt) return { attempt: 0, total: 0, complete: false, error, read: async () => [] };
  const total = index.end.place.lines;
  return {
    attempt: attempt.number,
    total,
    complete: index.state.sealed,
    error: error !== null && error <= total ? error : null,
    read: (first) => readWindow(caller.db, attempt, index, { first, lines: COMPARED_LINES }),
  };
}

/** From which line on each log is compared, counted from 0. A log without an error is shown where the other has one. */
function placeOf(
  asked: CompareLogsInput["part"],
  left: Log,
  right: Log,
): { part: ComparedLogs["part"]; starts: readonly [number, number] } {
  if (left.total <= COMPARED_LINES && right.total <= COMPARED_LINES) return { part: "all", starts: [0, 0] };
  const error = right.error ?? left.error;
  const part =
    asked === "auto" || (asked === "error" && error === null) ? (error === null ? "end" : "error") : asked;
  const startOf = ({ total, error: own }: Log) => {
    const last = Math.max(0, total - COMPARED_LINES);
    if (part === "start") return 0;
    if (part === "end") return last;
    return Math.min(last, Math.max(0, (own ?? error ?? 0) - BEFORE_ERROR));
  };
  return { part, starts: [startOf(left), startOf(right)] };
}

function shown({ n, text, level }: LogWindowLine) {
  const plain = plainText(text);
  return { n, level, text: plain.length > SHOWN_LENGTH ? `${plain.slice(0, SHOWN_LENGTH)} …` : plain };
}
