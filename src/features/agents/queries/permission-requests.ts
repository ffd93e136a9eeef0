import { asc, getTableColumns, type SQL } from "drizzle-orm";
import type { Db, Tx } from "../../../db/client";
import { agentPermissionRequests } from "../../../db/schema/permissions";
import type { PermissionRequest } from "../schema";

/** What agents ask leave for, as `where` says, oldest first. */
export function permissionRequestsWhere(
  db: Db | Tx,
  where: SQL | undefined,
): PromiseLike<PermissionRequest[]> {
  const { updated_at: _, ...columns } = getTableColumns(agentPermissionRequests);
  return db
    .select(columns)
    .from(agentPermissionRequests)
    .where(where)
    .orderBy(asc(agentPermissionRequests.created_at), asc(agentPermissionRequests.id));
}
