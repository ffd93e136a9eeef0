import { sql } from "drizzle-orm";
import type { Tx } from "../../../db/client";

/**
 * A CTE that raises the project's run counter, for the statement that inserts the run: pass it to `with` and
 * use `(select run_seq from counter)`. A rollback returns the number, so no number is skipped.
 */
export function nextNumber(db: Pick<Tx, "$with">, project_id: string) {
  return db.$with("counter", { run_seq: sql<number>`run_seq` }).as(
    // Raw SQL, because Drizzle would also set the project's `updated_at`.
    sql`update projects set run_seq = run_seq + 1 where id = ${project_id} returning run_seq`,
  );
}

/** Takes the next number now, for a name that contains it; locks the counter until the transaction ends. */
export async function takeNumber(tx: Pick<Tx, "execute">, project_id: string): Promise<number> {
  const [project] = (
    await tx.execute<{ run_seq: number }>(
      sql`update projects set run_seq = run_seq + 1 where id = ${project_id} returning run_seq`,
    )
  ).rows;
  if (!project) throw new Error("the project of a run is gone");
  return Number(project.run_seq);
}

export const RUN_NUMBER = sql<number>`(select run_seq from counter)`;
