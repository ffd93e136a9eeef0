import { authorizeRun, type Caller, type RunScope } from "../../../auth/scope";
import type { Tx } from "../../../db/client";
import { reviews } from "../../../db/schema/reviews";
import type { AuditAction } from "../../../events/audit";
import { audit, emit, transact } from "../../../events/emit";
import { project } from "../../../journal/project";
import { AppError } from "../../../lib/errors";
import { newId } from "../../../lib/ids";
import { withMentions } from "../../../lib/mention";
import { waitFor } from "../../../lib/wait-for";
import type { Entry } from "../../../model/entry";
import type { Decision } from "../../../model/states";
import { enqueueAdvance } from "../../../queue/enqueue";
import { queueMessage } from "../../agents/commands/queue-message";
import { checkLines, seenLines } from "../../changes/queries/check-lines";
import type { Range } from "../../changes/queries/find-range";
import { plain, writeComment, writeSystemComment } from "../../comments/commands/write-comment";
import { namesOf } from "../../comments/queries";
import { openStep } from "../../in-run/open-step";
import type { DecideInput, SubmitReviewInput } from "../schema";
import { answerOf, checkApprover, lockRunOf, type RunRow, requestOf } from "./approval-request";
import { checkRounds, endOf, readDecisions } from "./decision-end";
import { reworkEntries } from "./rework";
import { anchorOf, ofAgentsAtWork, type PlacedComment, placeComments, promptOf } from "./said-comments";

/** Milliseconds for a worker to give up a run of which nothing is at work. */
const RELEASE_MS = 5_000;

interface Named {
  /** A text with names in the place of ids, as agents read it. */
  named: (text: string) => string;
}

/** What somebody says, with the lines it is about. */
interface Said {
  decision: SubmitReviewInput["decision"];
  text?: SubmitReviewInput["text"];
  answer?: SubmitReviewInput["answer"];
  /** Undefined: the files as they are now. */
  snapshot?: SubmitReviewInput["snapshot"];
  comments: SubmitReviewInput["comments"];
}

/**
 * Approves or rejects a step, or requests changes. Throws as `submitReview`. Returns the id of the step's row.
 */
export async function decideStep(caller: Caller, input: DecideInput): Promise<{ id: string }> {
  const { step_row_id, ...scope } = await openStep(caller, input, "run:write");
  const { decision, note: text, answer, snapshot } = input;
  await submit(caller, scope, "steps.decide", step_row_id, {
    decision,
    text,
    answer,
    snapshot,
    comments: [],
  });
  return { id: step_row_id };
}

/**
 * Says something of a run's work: comments on lines, and with it a decision on an approval. One rejection ends the
 * approval, and so does one request for changes; it is approved when enough people have, for the files as they are now.
 * Throws FORBIDDEN if the approval asks for other people; BAD_REQUEST if nothing waits, nothing is said or the form's
 * answer is invalid; CONFLICT if the files have changed, for a person's second decision, and for changes that cannot be
 * requested now. Gives the review's id.
 */
export async function submitReview(caller: Caller, input: SubmitReviewInput): Promise<{ id: string }> {
  const { run_id, step_id, ...said } = input;
  if (step_id !== undefined) {
    const { step_row_id, ...scope } = await openStep(caller, { id: step_id, run_id }, "run:write");
    return submit(caller, scope, "reviews.submit", step_row_id, said);
  }
  return submit(caller, await authorizeRun(caller, run_id, "run:write"), "reviews.submit", null, said);
}

async function submit(
  caller: Caller,
  scope: RunScope,
  action: AuditAction,
  step_row_id: string | null,
  said: Said,
): Promise<{ id: string }> {
  if (said.decision !== "approve" && said.decision !== "reject" && !said.text && said.comments.length === 0) {
    const what = said.decision === "comment" ? "Say something" : "Say what is to be changed";
    throw new AppError("BAD_REQUEST", `${what}: in a text, or on lines.`, [
      { path: "text", message: "must not be empty without comments" },
    ]);
  }
  const lines = said.comments.flatMap(({ plan, path = "", side = "new", line = 0 }, at) =>
    plan ? [] : [{ field: `comments.${at}`, path, side, line }],
  );
  const seen = await checkLines(caller, scope.run_id, lines);
  const quotes: (string | null)[] = [];
  for (const { plan, path = "", side = "new", line = 0, start_line } of said.comments) {
    quotes.push(plan || !seen ? null : await seenLines(seen, { path, side, line, start_line }));
  }
  const texts = [{ text: said.text ?? "" }, ...said.comments];
  const names = await namesOf(caller.db, texts);
  const named = (text: string) =>
    withMentions(text, (mentioned) => {
      const name = names.get(mentioned);
      return name === undefined ? null : `@${name}`;
    });
  let id: string | null = null;
  // A worker that has just recorded the wait may hold the run for some ms more.
  await waitFor(async () => {
    id = await transact(caller, scope, action, (tx) =>
      trySubmit(tx, caller, scope, step_row_id, { ...said, named }, seen, quotes),
    );
    return id !== null;
  }, RELEASE_MS);
  if (id === null) throw new AppError("CONFLICT", "A worker is busy with this run. Try again in a moment.");
  return { id };
}

/** Gives the review's id; null where a worker holds the run, and nothing is written. */
async function trySubmit(
  tx: Tx,
  caller: Caller,
  scope: RunScope,
  row_id: string | null,
  { decision, ...said }: Said & Named,
  seen: Range | null,
  quotes: readonly (string | null)[],
): Promise<string | null> {
  const run = await lockRunOf(tx, scope);
  const isStale = said.snapshot !== undefined && said.snapshot !== run.snapshot;
  if (isStale || (seen && seen.to !== run.snapshot)) {
    throw new AppError(
      "CONFLICT",
      "The files have changed since you looked. Look at them again, then decide.",
      [{ path: "snapshot", message: `is ${run.snapshot ?? "null"} now` }],
    );
  }
  const review_id = newId();
  const comments = await placeComments(tx, run.id, said.comments);
  const step_id =
    decision === "comment"
      ? await remark(tx, caller, scope, run, { text: said.text, named: said.named, comments, review_id })
      : await decide(tx, caller, scope, run, row_id, { ...said, comments, decision, review_id });
  if (step_id === null && decision !== "comment") return null;
  const by = { comment_type: "user", created_by: caller.actor.user_id, review_id } as const;
  for (const [at, { said: comment, step }] of comments.entries()) {
    const anchor = anchorOf(comment, seen, quotes[at] ?? null);
    await writeComment(tx, scope, { run_id: run.id, text: comment.text, step }, { ...by, anchor });
  }
  emit(tx, scope, "workflow.review.submitted", { execution_id: run.id, review_id, step_id, decision });
  audit(tx, { after: { review_id, step_id, decision, text: said.text, snapshot: run.snapshot } });
  return review_id;
}

/** Writes a review that decides nothing. An agent at work gets what it says of its plan, at the end of its turn. */
async function remark(
  tx: Tx,
  { actor }: Caller,
  scope: RunScope,
  run: RunRow,
  {
    text,
    named,
    comments,
    review_id,
  }: { text: string | undefined; comments: PlacedComment[]; review_id: string } & Named,
): Promise<null> {
  const { user_id, name: user_name } = actor;
  const { id: workflow_run_id, snapshot } = run;
  const own = { id: review_id, workflow_run_id, user_id, user_name, snapshot, text: text || null };
  await tx.insert(reviews).values({ ...own, decision: "comment" });
  for (const [step, said] of ofAgentsAtWork(comments)) {
    const words = promptOf(step.step_id, {
      by: user_name,
      asks: false,
      text: own.text,
      comments: said,
      named,
    });
    await queueMessage(tx, scope, { step, text: words, by: { user_id, name: user_name } });
  }
  return null;
}

/** Writes a decision and what comes of it. Gives the step's id; null where a worker holds the run that is to go back. */
async function decide(
  tx: Tx,
  caller: Caller,
  scope: RunScope,
  run: RunRow,
  row: string | null,
  {
    decision,
    review_id,
    ...said
  }: Omit<Said, "decision" | "comments"> & {
    decision: Decision;
    comments: PlacedComment[];
    review_id: string;
  } & Named,
): Promise<string | null> {
  const { step, request } = await requestOf(tx, run.id, row);
  await checkApprover(tx, caller.actor, scope, request, { started_by: run.user_id, decision });
  if (decision === "request_changes") await checkRounds(tx, step, request);
  const answer = decision === "approve" ? answerOf(request, said.answer) : null;
  const before = await readDecisions(tx, step, run.snapshot);
  const { user_id, name: user_name } = caller.actor;
  if (before.some((each) => each.user_id === user_id)) {
    throw new AppError("CONFLICT", "You have decided already; the step waits for somebody else.");
  }
  const rework = decision === "request_changes" ? (request.changes?.rework ?? null) : null;
  const back = rework === null ? undefined : await reworkEntries(tx, run, step, { rework, review_id });
  if (back === null) return null;

  const text = said.text || null;
  const decided = { user_id, user_name, decision, answer };
  const comments = said.comments.map((each) => each.said);
  const end = endOf(step, request, [...before, { ...decided, text }], comments);
  const { id: row_id, step_id, attempt } = step;
  const own = { row_id, step_id, attempt, review_id, snapshot: run.snapshot };
  const entry: Entry = { kind: "decided", ...own, ...decided, note: text, is_last: end !== null };
  await writeSystemComment(tx, scope, {
    run_id: run.id,
    text: toldOf(decision, step.name, back?.step.name, user_name, text),
  });
  if (back?.step.kind === "agent") {
    const by = { user_id, name: user_name };
    const asked = promptOf(back.step.step_id, {
      by: user_name,
      asks: true,
      text,
      comments,
      named: said.named,
    });
    await queueMessage(tx, scope, { step: back.step, text: asked, by });
  }
  await project(tx, scope, run, [entry, ...(end ? [end] : []), ...(back?.entries ?? [])]);
  if (end) await enqueueAdvance(tx, run.id, { priority: run.priority });
  return step_id;
}

/** `**Review** approved by Ada: looks good`. */
function toldOf(decision: Decision, name: string, back: string | undefined, by: string, text: string | null) {
  const note = text === null ? "" : `: ${plain(text)}`;
  const who = `${plain(by)}${note}`;
  if (decision !== "request_changes")
    return `**${plain(name)}** ${decision === "approve" ? "approved" : "rejected"} by ${who}`;
  const to = back === undefined ? "" : `, back to **${plain(back)}**,`;
  return `**${plain(name)}**: changes requested${to} by ${who}`;
}
