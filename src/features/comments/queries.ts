import { asc, type SQL } from "drizzle-orm";
import type { Db } from "../../db/client";
import { workflowComments } from "../../db/schema/comments";

/** The comments of a run or of a step, as `where` says, oldest first. */
export function commentsWhere(db: Db, where: SQL) {
  return db
    .select()
    .from(workflowComments)
    .where(where)
    .orderBy(asc(workflowComments.created_at), asc(workflowComments.id));
}
