import { sql } from "drizzle-orm";
import { authorizeRun, type Caller } from "../../../auth/scope";
import type { RunReplay } from "../schema";
import { readStateEvents } from "./read-state-events";

const MAX_EVENTS = 2_000;

/** What was told of a run and its steps; by these the browser folds their states at any of them. */
export async function replayRun(caller: Caller, { id }: { id: string }): Promise<RunReplay> {
  await authorizeRun(caller, id, "project:read");
  const runs = sql`select ${id}::text as id`;
  const rows = await readStateEvents(caller.db, { runs, where: sql`true`, most: MAX_EVENTS });
  return {
    events: rows.map(({ run_id: _, ...event }) => event),
    whole: rows[0]?.type === "workflow.execution.created",
  };
}
