import { and, asc, desc, eq, getTableColumns, type SQL, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { authorizeRun, type Caller } from "../../auth/scope";
import { textBytes } from "../../db/bounded";
import type { ReadDb } from "../../db/client";
import { isOneOf, readPage } from "../../db/read-page";
import { workflowComments } from "../../db/schema/comments";
import { users } from "../../db/schema/users";
import { AppError } from "../../lib/errors";
import { mentionedIn } from "../../lib/mention";
import type { Page, PageInput } from "../../lib/page";
import { DEFAULT_LIMIT } from "../../lib/page-size";
import { attachedTo } from "../artifacts/queries";
import { getStepRow } from "../in-run/get-step-row";
import type { Comment, ListCommentsInput } from "./schema";

/** Estimated bytes of a comment in JSON, apart from its text. */
const REST_BYTES = 800;

const resolvers = alias(users, "resolvers");

/** Comments that begin a thread on something in the run, by its state. */
const THREADS = {
  all: sql``,
  open: sql`and first.resolved_at is null`,
  resolved: sql`and first.resolved_at is not null`,
};

/** A page of the comments that match `where`, each with its artifacts. Four queries, five where they mention somebody. */
export async function commentsPage(
  db: ReadDb,
  where: SQL | undefined,
  { order = "oldest", ...page }: PageInput & { order?: "oldest" | "newest" } = { limit: DEFAULT_LIMIT },
): Promise<Page<Comment>> {
  const descending = order === "newest";
  const { ids, next_cursor } = await readPage(
    db,
    {
      from: sql`${workflowComments}`,
      where,
      id: workflowComments.id,
      keys: [{ value: workflowComments.created_at, kind: "time" }],
      descending,
      bytes: sql`${textBytes(workflowComments.text)} + coalesce(octet_length(${workflowComments.anchor}::text), 0) + ${sql.raw(String(REST_BYTES))}`,
    },
    page,
  );
  if (ids.length === 0) return { items: [], next_cursor };
  const direction = descending ? desc : asc;
  const [comments, attached] = await Promise.all([
    db
      .select({
        ...getTableColumns(workflowComments),
        creator: { id: users.id, name: users.name },
        resolved_by_name: resolvers.name,
      })
      .from(workflowComments)
      .leftJoin(users, eq(users.id, workflowComments.created_by))
      .leftJoin(resolvers, eq(resolvers.id, workflowComments.resolved_by))
      .where(isOneOf(workflowComments.id, ids))
      .orderBy(direction(workflowComments.created_at), direction(workflowComments.id)),
    attachedTo(db, ids),
  ]);
  const names = await namesOf(db, comments);
  const items = comments.map((comment) => {
    const mentions = mentionedIn(comment.text).flatMap((id) => {
      const name = names.get(id);
      return name === undefined ? [] : { id, name };
    });
    const { items: artifacts = [], next_cursor: artifacts_next_cursor = null } =
      attached.get(comment.id) ?? {};
    return {
      ...comment,
      created_by_name: comment.creator?.name ?? null,
      mentions,
      artifacts,
      artifacts_next_cursor,
    };
  });
  return { items, next_cursor };
}

/** The names of those whom the texts mention, by id. One query, where there is any. */
export async function namesOf(db: ReadDb, comments: { text: string }[]): Promise<Map<string, string>> {
  const ids = [...new Set(comments.flatMap(({ text }) => mentionedIn(text)))];
  if (ids.length === 0) return new Map();
  const rows = await db.select({ id: users.id, name: users.name }).from(users).where(isOneOf(users.id, ids));
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** A comment with its artifacts. Checks no rights. Throws NOT_FOUND. */
export async function getComment(db: ReadDb, id: string): Promise<Comment> {
  const { items } = await commentsPage(db, eq(workflowComments.id, id));
  if (!items[0]) throw new AppError("NOT_FOUND", "There is no such comment.");
  return items[0];
}

/** A page of the comments of a run; with `step_id` those of one step, with `threads` those on something in it. Five queries, six with a step. */
export async function listComments(
  { db, actor }: Caller,
  { run_id, step_id, threads, ...page }: ListCommentsInput,
): Promise<Page<Comment>> {
  await authorizeRun({ db, actor }, run_id, "project:read");
  const step = step_id === undefined ? null : await getStepRow(db, run_id, step_id);
  const ofStep = step ? eq(workflowComments.workflow_run_step_id, step.id) : undefined;
  const { id, parent_id } = workflowComments;
  const inThreads =
    threads === undefined
      ? undefined
      : sql`coalesce(${parent_id}, ${id}) in (
          select first.id from workflow_comments first
          where first.workflow_run_id = ${run_id} and first.anchor is not null ${THREADS[threads]})`;
  return commentsPage(db, and(eq(workflowComments.workflow_run_id, run_id), ofStep, inThreads), page);
}
