import { and, eq, or } from "drizzle-orm";
import type { Caller } from "../../../auth/scope";
import { workflowArtifacts } from "../../../db/schema/comments";
import { workflowRunSteps } from "../../../db/schema/runs";
import { AppError } from "../../../lib/errors";
import { plainText } from "../../../lib/plain-text";
import type { CommentAnchor, ImageAnchor, LogAnchor, PlanAnchor, TextAnchor } from "../../../model/states";
import { readArtifact } from "../../artifacts/open-artifact";
import { changeAnchor, checkLines, seenLines } from "../../changes/queries/check-lines";
import { openIndex } from "../../log/queries/open-index";
import { readWindow } from "../../log/queries/read-window";
import { type NewAnchor, QUOTE_LENGTH, QUOTE_LINES } from "../schema";

/** Of a text, in which lines are looked for. Nobody reads further than this in a browser. */
const TEXT_BYTES = 64 * 1024 * 1024;

/** What a comment is about as its row says it, with the step that this belongs to. */
export interface Placed {
  anchor: CommentAnchor;
  step: { id: string; step_id: string } | null;
}

type Of<Kind> = Extract<NewAnchor, { kind: Kind }>;

/**
 * Checks that what a new comment is about is there, in this run, and quotes it. Throws BAD_REQUEST, NOT_FOUND where a
 * log or a file is gone, and as `checkLines`.
 */
export async function placeAnchor(caller: Caller, run_id: string, anchor: NewAnchor): Promise<Placed> {
  switch (anchor.kind) {
    case "log":
      return inLog(caller, run_id, anchor);
    case "text":
      return inText(caller, run_id, anchor);
    case "image":
      return inImage(caller, run_id, anchor);
    case "plan":
      return inPlan(caller, run_id, anchor);
    case "change": {
      const { path, side, line, start_line } = anchor;
      const seen = await checkLines(caller, run_id, [{ field: "anchor", path, side, line }]);
      const lines = { path, side, line, start_line };
      const words = seen ? await seenLines(seen, lines) : null;
      return { anchor: changeAnchor(lines, seen, words), step: null };
    }
  }
}

async function inLog(
  caller: Caller,
  run_id: string,
  { attempt, line, start_line, ...said }: Of<"log">,
): Promise<Placed> {
  const step = await stepOf(caller, run_id, said.step_id);
  if (attempt !== undefined && attempt > step.attempt) throw noAttempt(step);
  const log = await openIndex(caller, { id: step.id, attempt });
  const total = log.index?.end.place.lines ?? 0;
  if (!log.attempt || line > total) {
    const has = `The log has ${total.toLocaleString("en")} ${total === 1 ? "line" : "lines"}.`;
    throw faulty("anchor.line", has, `must be at most ${total}`);
  }
  const first = (start_line ?? line) - 1;
  const lines = await readWindow(caller.db, log.attempt, log.index, {
    first,
    lines: Math.min(line - first, QUOTE_LINES + 1),
  });
  const quote = quoteOf(lines.map(({ text }) => plainText(text)));
  const placed: LogAnchor = {
    ...{ kind: "log", step_id: step.step_id, attempt: log.attempt.number },
    ...{ line, start_line, quote },
  };
  return { anchor: placed, step };
}

async function inText(caller: Caller, run_id: string, said: Of<"text">): Promise<Placed> {
  const { artifact_id, line, start_line } = said;
  const { step } = await artifactOf(caller, run_id, artifact_id);
  const { open } = await readArtifact(caller, artifact_id);
  const lines = await readLines(await open(), { first: start_line ?? line, last: line });
  if ("refused" in lines) throw faulty("anchor.line", lines.refused, "is no line of it");
  const quote = quoteOf(lines.found.map(plainText));
  const anchor: TextAnchor = { kind: "text", artifact_id, line, start_line, quote };
  return { anchor, step };
}

async function inImage(caller: Caller, run_id: string, { ...region }: Of<"image">): Promise<Placed> {
  const { step, mime_type } = await artifactOf(caller, run_id, region.artifact_id);
  if (!mime_type.startsWith("image/")) {
    throw faulty("anchor.artifact_id", "The artifact is no image, so it has no regions.", "is no image");
  }
  const anchor: ImageAnchor = region;
  return { anchor, step };
}

async function inPlan(
  caller: Caller,
  run_id: string,
  { attempt, entry, quote, ...said }: Of<"plan">,
): Promise<Placed> {
  const step = await stepOf(caller, run_id, said.step_id);
  if (step.kind !== "agent") {
    const why = `The step "${step.step_id}" is no agent's, so it has no plan.`;
    throw faulty("anchor.step_id", why, "is no agent's step");
  }
  if (step.attempt === 0 || (attempt ?? 0) > step.attempt) throw noAttempt(step);
  const anchor: PlanAnchor = {
    ...{ kind: "plan", step_id: step.step_id, attempt: attempt ?? step.attempt },
    ...{ entry, quote },
  };
  return { anchor, step };
}

async function stepOf({ db }: Caller, run_id: string, ref: string) {
  const { id, step_id, kind, attempt, workflow_run_id } = workflowRunSteps;
  const [step] = await db
    .select({ id, step_id, kind, attempt })
    .from(workflowRunSteps)
    .where(and(eq(workflow_run_id, run_id), or(eq(step_id, ref), eq(id, ref))));
  if (!step) throw faulty("anchor.step_id", `The run has no step "${ref}".`, "is no step of this run");
  return step;
}

async function artifactOf({ db }: Caller, run_id: string, artifact_id: string) {
  const { id, step_id, workflow_run_id } = workflowRunSteps;
  const [artifact] = await db
    .select({ step: { id, step_id }, mime_type: workflowArtifacts.mime_type })
    .from(workflowArtifacts)
    .innerJoin(workflowRunSteps, eq(id, workflowArtifacts.workflow_run_step_id))
    .where(and(eq(workflowArtifacts.id, artifact_id), eq(workflow_run_id, run_id)));
  if (artifact) return artifact;
  const why = `The run has no artifact ${artifact_id}. Upload it to this run first.`;
  throw faulty("anchor.artifact_id", why, "is no artifact of this run");
}

const noAttempt = ({ step_id, attempt }: { step_id: string; attempt: number }) =>
  faulty("anchor.attempt", `The step "${step_id}" had ${attempt} attempts.`, `must be at most ${attempt}`);

const faulty = (path: string, text: string, message: string) =>
  new AppError("BAD_REQUEST", text, [{ path, message }]);

/** The lines as they are kept; an ellipsis stands for what is left out. */
function quoteOf(lines: readonly string[]): string {
  const shown = lines.length > QUOTE_LINES ? [...lines.slice(0, QUOTE_LINES), "…"] : lines;
  // What is shown as the last of a line that overwrote itself is what was read.
  const text = shown
    .map((line) => line.slice(line.replace(/\r+$/, "").lastIndexOf("\r") + 1).trimEnd())
    .join("\n");
  return text.length > QUOTE_LENGTH ? `${text.slice(0, QUOTE_LENGTH - 1)}…` : text;
}

/** Lines `first` to `last` of a text, which count from 1, but no more of them than a quote has. */
async function readLines(
  pieces: AsyncIterable<Uint8Array>,
  { first, last }: { first: number; last: number },
): Promise<{ found: string[] } | { refused: string }> {
  const decoder = new TextDecoder();
  const found: string[] = [];
  let [bytes, line, rest] = [0, 1, ""];
  const isWanted = () => line >= first && line <= Math.min(last, first + QUOTE_LINES);
  const end = (text: string) => {
    if (isWanted()) found.push(text);
    line += 1;
  };
  for await (const piece of pieces) {
    if (bytes === 0 && piece.subarray(0, 8_192).includes(0))
      return { refused: "The artifact is no text in UTF-8." };
    bytes += piece.byteLength;
    const parts = (rest + decoder.decode(piece, { stream: true })).split("\n");
    rest = (parts.pop() ?? "").slice(0, 64 * 1024);
    for (const part of parts) end(part);
    if (line > last) return { found };
    if (bytes > TEXT_BYTES)
      return { refused: "The line is too far inside of a large file to be commented on." };
  }
  if (rest !== "") end(rest);
  const total = line - 1;
  if (last <= total) return { found };
  return { refused: `The artifact has ${total.toLocaleString("en")} ${total === 1 ? "line" : "lines"}.` };
}
