import { sql } from "drizzle-orm";
import type { Db, Tx } from "../../../db/client";

/**
 * Raises the project's counter of runs, for the statement that inserts the run: give it to `with`, and take the
 * number as `(select run_seq from counter)`. It is given back where the transaction is undone, so none is left out.
 */
export function nextNumber(db: Pick<Db | Tx, "$with">, project_id: string) {
  return db.$with("counter", { run_seq: sql<number>`run_seq` }).as(
    // In SQL, since the project itself has not changed.
    sql`update projects set run_seq = run_seq + 1 where id = ${project_id} returning run_seq`,
  );
}

/** As `nextNumber`, by itself: for a run whose name has its number in it. Holds the counter until the transaction ends. */
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
