import { and, asc, eq, getTableColumns, type SQL, sql } from "drizzle-orm";
import { authorizeArtifact, authorizeRun, type Caller } from "../../auth/scope";
import { textBytes } from "../../db/bounded";
import type { ReadDb } from "../../db/client";
import { isOneOf, readPage } from "../../db/read-page";
import { workflowArtifacts } from "../../db/schema/comments";
import { projects } from "../../db/schema/projects";
import { workflowRunSteps, workflowRuns } from "../../db/schema/runs";
import { AppError } from "../../lib/errors";
import { encodeCursor, PAGE_BYTES, type Page, type PageInput } from "../../lib/page";
import { DEFAULT_LIMIT } from "../../lib/page-size";
import { readSettings } from "../../lib/settings";
import { createLocalStorage } from "../../storage/local";
import { getStepRow } from "../in-run/get-step-row";
import type { Artifact, ListArtifactsInput } from "./schema";

/** Estimated bytes of an artifact in JSON, apart from its names. */
const REST_BYTES = 700;

/** Estimated bytes of an artifact in JSON, as SQL. */
const artifactBytes = () =>
  sql`${textBytes(workflowArtifacts.name)} + ${textBytes(workflowArtifacts.file_path)} + ${sql.raw(String(REST_BYTES))}`;

/** Artifacts that match `where` (which may use the step's columns), oldest first. Not paged: only for a few. */
async function artifactsWhere(db: ReadDb, where: SQL): Promise<Artifact[]> {
  const rows = await db
    .select({
      ...getTableColumns(workflowArtifacts),
      workflow_run_id: workflowRunSteps.workflow_run_id,
      step_id: workflowRunSteps.step_id,
      folder: projects.path,
    })
    .from(workflowArtifacts)
    .innerJoin(workflowRunSteps, eq(workflowRunSteps.id, workflowArtifacts.workflow_run_step_id))
    .innerJoin(workflowRuns, eq(workflowRuns.id, workflowRunSteps.workflow_run_id))
    .innerJoin(projects, eq(projects.id, workflowRuns.project_id))
    .where(where)
    .orderBy(asc(workflowArtifacts.created_at), asc(workflowArtifacts.id));
  return Promise.all(
    rows.map(async ({ folder, ...row }) => {
      const file_missing =
        row.removed_at !== null || (await isMissing(folder, row.file_path, row.size_bytes));
      return { ...row, file_missing };
    }),
  );
}

/**
 * True if the artifact's file is gone from the project's folder or was replaced. Always false for an object
 * store, where each check would cost a request; there only the download finds out.
 */
async function isMissing(folder: string, file_path: string, size_bytes: number): Promise<boolean> {
  if (readSettings().storage !== "local") return false;
  const file = await createLocalStorage(folder)
    .stat(file_path)
    .catch(() => null);
  return file?.size !== size_bytes;
}

/** A page of the artifacts that match `where`, oldest first. Two queries. */
export async function artifactsPage(
  db: ReadDb,
  where: SQL | undefined,
  input: PageInput = { limit: DEFAULT_LIMIT },
): Promise<Page<Artifact>> {
  const { ids, next_cursor } = await readPage(
    db,
    {
      from: sql`${workflowArtifacts} join ${workflowRunSteps} on ${workflowRunSteps.id} = ${workflowArtifacts.workflow_run_step_id}`,
      where,
      id: workflowArtifacts.id,
      keys: [{ value: workflowArtifacts.created_at, kind: "time" }],
      bytes: artifactBytes(),
    },
    input,
  );
  const items = ids.length > 0 ? await artifactsWhere(db, isOneOf(workflowArtifacts.id, ids)) : [];
  return { items, next_cursor };
}

/**
 * A page of a run's artifacts, oldest first; only those of a step with `step_id`, only those attached to a
 * comment with `comment_id`. Three queries, four with a step.
 */
export async function listArtifacts(
  caller: Caller,
  { run_id, step_id, comment_id, ...page }: ListArtifactsInput,
): Promise<Page<Artifact>> {
  await authorizeRun(caller, run_id, "project:read");
  const step = step_id === undefined ? null : await getStepRow(caller.db, run_id, step_id);
  const where = and(
    eq(workflowRunSteps.workflow_run_id, run_id),
    step ? eq(workflowRunSteps.id, step.id) : undefined,
    comment_id === undefined ? undefined : eq(workflowArtifacts.workflow_comment_id, comment_id),
  );
  return artifactsPage(caller.db, where, page);
}

/**
 * The first artifacts attached to each of the comments, oldest first, and a cursor for each comment that has
 * more. Two queries.
 */
export async function attachedTo(
  db: ReadDb,
  comment_ids: readonly string[],
): Promise<Map<string, Page<Artifact>>> {
  if (comment_ids.length === 0) return new Map();
  const { id, created_at, workflow_comment_id } = workflowArtifacts;
  const { rows } = await db.execute<AttachedRow>(sql`
    select comment_id, id, created_at, attached from (
      select comment_id, id, created_at::text as created_at, (count(*) over (partition by comment_id))::int as attached,
             row_number() over (partition by comment_id order by created_at, id) as place,
             sum(bytes) over (order by comment_id, created_at, id rows unbounded preceding) as total
      from (
        select ${workflow_comment_id} as comment_id, ${id} as id, ${created_at} as created_at, ${artifactBytes()} as bytes
        from ${workflowArtifacts} where ${isOneOf(workflow_comment_id, comment_ids)}
      ) attached
    ) weighed
    where place = 1 or (place <= ${sql.raw(String(DEFAULT_LIMIT))} and total <= ${sql.raw(String(PAGE_BYTES))})
    order by comment_id, place`);
  if (rows.length === 0) return new Map();
  const ids = rows.map((row) => row.id);
  const artifacts = await artifactsWhere(db, isOneOf(id, ids));
  const found = new Map<string, Page<Artifact>>();
  for (const comment_id of new Set(rows.map((row) => row.comment_id))) {
    const own = rows.filter((row) => row.comment_id === comment_id);
    const last = own.at(-1);
    const more = last !== undefined && last.attached > own.length;
    found.set(comment_id, {
      items: artifacts.filter((artifact) => artifact.workflow_comment_id === comment_id),
      next_cursor: more ? encodeCursor([last.created_at, last.id]) : null,
    });
  }
  return found;
}

interface AttachedRow extends Record<string, unknown> {
  comment_id: string;
  id: string;
  created_at: string;
  attached: number;
}

/** An artifact without its bytes, which `GET /api/artifacts/{id}` gives. Two queries. */
export async function getArtifact(caller: Caller, { id }: { id: string }): Promise<Artifact> {
  await authorizeArtifact(caller, id, "project:read");
  return getArtifactRow(caller.db, id);
}

/** The artifact's row. Checks no rights. Throws NOT_FOUND. */
export async function getArtifactRow(db: ReadDb, id: string): Promise<Artifact> {
  const [artifact] = await artifactsWhere(db, eq(workflowArtifacts.id, id));
  if (!artifact) throw new AppError("NOT_FOUND", "There is no such artifact.");
  return artifact;
}
