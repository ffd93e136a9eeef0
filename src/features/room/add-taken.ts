import { sql } from "drizzle-orm";
import type { Db } from "../../db/client";
import { logger } from "../../lib/logger";

/** What a project takes that can grow between two counts. */
export type Taken = "artifacts_bytes" | "logs_bytes";

/**
 * Adds what a project has just been given. Beside the transaction that makes the rows, since a lock on this row until
 * their commit would have writers wait for each other; a fault or a race is made good by the next count.
 */
export async function addTaken(
  db: Pick<Db, "execute">,
  project_id: string,
  what: Taken,
  bytes: number,
): Promise<void> {
  if (bytes === 0) return;
  const column = sql.raw(what);
  await db
    .execute(sql`
      insert into project_room as m (project_id, ${column})
      select id, ${bytes}::bigint from projects where id = ${project_id}
      on conflict (project_id) do update set ${column} = m.${column} + excluded.${column}`)
    .catch((error: unknown) =>
      logger.debug({ err: error, project_id }, "bytes were not added; a count will"),
    );
}
