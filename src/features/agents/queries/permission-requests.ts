import { and, asc, eq, getTableColumns, type SQL, sql } from "drizzle-orm";
import { authorizeAgentSession, type Caller } from "../../../auth/scope";
import { jsonBytes } from "../../../db/bounded";
import type { ReadDb } from "../../../db/client";
import { isOneOf, readPage } from "../../../db/read-page";
import { agentPermissionRequests } from "../../../db/schema/permissions";
import type { Page, PageInput } from "../../../lib/page";
import { DEFAULT_LIMIT } from "../../../lib/page-size";
import type { ListRequestsInput, PermissionRequest } from "../schema";

/** Estimated bytes of a request in JSON, apart from its fields of varying length. */
const REST_BYTES = 600;

/** All permission requests that match `where`, oldest first. Not paged: only for a small number of them. */
export function permissionRequestsWhere(
  db: ReadDb,
  where: SQL | undefined,
): PromiseLike<PermissionRequest[]> {
  const { updated_at: _, ...columns } = getTableColumns(agentPermissionRequests);
  return db
    .select(columns)
    .from(agentPermissionRequests)
    .where(where)
    .orderBy(asc(agentPermissionRequests.created_at), asc(agentPermissionRequests.id));
}

/** A page of the permission requests that match `where`, oldest first. Two queries. */
export async function permissionRequestsPage(
  db: ReadDb,
  where: SQL | undefined,
  input: PageInput = { limit: DEFAULT_LIMIT },
): Promise<Page<PermissionRequest>> {
  const { id, created_at, tool_call, options } = agentPermissionRequests;
  const { ids, next_cursor } = await readPage(
    db,
    {
      from: sql`${agentPermissionRequests}`,
      where,
      id,
      keys: [{ value: created_at, kind: "time" }],
      bytes: sql`${jsonBytes(tool_call)} + ${jsonBytes(options)} + ${sql.raw(String(REST_BYTES))}`,
    },
    input,
  );
  return { items: ids.length > 0 ? await permissionRequestsWhere(db, isOneOf(id, ids)) : [], next_cursor };
}

/** A page of the permission requests of the owner that `owner` names. Checks no rights. Two queries. */
export function listRequests(
  { db }: Caller,
  owner: SQL,
  { status, ...page }: Omit<ListRequestsInput, "id">,
): Promise<Page<PermissionRequest>> {
  const wanted = status === undefined ? undefined : eq(agentPermissionRequests.status, status);
  return permissionRequestsPage(db, and(owner, wanted), page);
}

/** A page of the permission requests of a session, oldest first. Three queries. */
export async function listRequestsOfSession(
  caller: Caller,
  { id, ...input }: ListRequestsInput,
): Promise<Page<PermissionRequest>> {
  await authorizeAgentSession(caller, id, "project:read");
  return listRequests(caller, eq(agentPermissionRequests.agent_session_id, id), input);
}
