import { and, desc, eq, sql } from "drizzle-orm";
import type { Caller } from "../../../auth/scope";
import { isOneOf, readPage } from "../../../db/read-page";
import { workflowComments } from "../../../db/schema/comments";
import type { Page } from "../../../lib/page";
import type { ChangeAnchor } from "../../../model/states";
import { findRange, type Range } from "../../changes/queries/find-range";
import { followLines, quoteLines } from "../../changes/queries/follow-lines";
import type { CommentLines, ListLinesInput } from "../schema";

/** Estimated bytes of one in JSON, with its quote. */
const BYTES = 2_500;

/**
 * Where the lines that comments are about stand in the run's changes as they are, or in those of a step; newest first.
 * Throws as `findRange`.
 */
export async function listLines(
  caller: Caller,
  { run_id, step_id, ...page }: ListLinesInput,
): Promise<Page<CommentLines>> {
  const { range } = await findRange(caller, { id: run_id, step_id });
  if (!range) return { items: [], next_cursor: null };
  const { id, created_at, anchor } = workflowComments;
  const { ids, next_cursor } = await readPage(
    caller.db,
    {
      from: sql`${workflowComments}`,
      where: and(eq(workflowComments.workflow_run_id, run_id), sql`${anchor} ->> 'kind' = 'change'`),
      id,
      keys: [{ value: created_at, kind: "time" }],
      descending: true,
      bytes: sql.raw(String(BYTES)),
    },
    page,
  );
  if (ids.length === 0) return { items: [], next_cursor };
  const comments = await caller.db
    .select({ id, anchor })
    .from(workflowComments)
    .where(isOneOf(id, ids))
    .orderBy(desc(created_at), desc(id));
  const items = await Promise.all(
    comments.flatMap(({ id, anchor }) =>
      anchor?.kind === "change"
        ? [placeOf(range, anchor).then((place) => ({ comment_id: id, ...place }))]
        : [],
    ),
  );
  return { items, next_cursor };
}

async function placeOf(range: Range, anchor: ChangeAnchor): Promise<Omit<CommentLines, "comment_id">> {
  const { keeper } = range;
  const { path, side, line, start_line } = anchor;
  const isOld = side === "old";
  const to = isOld ? range.from : range.to;
  // Earlier comments on old lines do not say against what they were; most runs have one base for good.
  const from = (isOld ? anchor.base : anchor.snapshot) ?? to;
  const place = await followLines({ keeper, from, to }, { path, line, start_line });
  if (place) return { ...place, side, quote: null };
  return { path, side, line: null, start_line: null, quote: await quoteLines(keeper, from, anchor) };
}
