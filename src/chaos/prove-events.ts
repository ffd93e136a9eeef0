import { sql } from "drizzle-orm";
import type { Db } from "../db/client";
import type { StatusChange } from "./audit";

interface Told extends Record<string, unknown> {
  seq: number;
  project_id: string;
  type: string;
  run_id: string;
  step_id: string | null;
  status: string | null;
}

/**
 * Proves that a project's event numbers have no gap and no duplicate, and that its events tell the changes in order.
 */
export async function proveEvents(db: Db, changes: StatusChange[]): Promise<string[]> {
  const { rows: events } = await db.execute<Told>(sql`
    select seq::int, project_id, type, workflow_run_id as run_id, data ->> 'step_id' as step_id, data ->> 'status' as status
    from workflow_events order by project_id, seq`);
  const faults: string[] = [];
  const last = new Map<string, number>();
  for (const { project_id, seq } of events) {
    const due = (last.get(project_id) ?? 0) + 1;
    if (seq !== due) faults.push(`event ${seq} of project ${project_id} came in place of ${due}`);
    last.set(project_id, seq);
  }
  const { rows: counters } = await db.execute<{ id: string; event_seq: number }>(
    sql`select id, event_seq::int from projects`,
  );
  for (const { id, event_seq } of counters) {
    if (event_seq !== (last.get(id) ?? 0))
      faults.push(`project ${id} counts ${event_seq} events, not ${last.get(id)}`);
  }
  const told = new Lines();
  for (const event of events) {
    if (event.type === "workflow.execution.status_changed") told.add(event.run_id, event.status ?? "");
    if (event.type === "workflow.step.started") told.add(`${event.run_id} ${event.step_id}`, "running");
    if (event.type === "workflow.step.completed")
      told.add(`${event.run_id} ${event.step_id}`, event.status ?? "");
  }
  const happened = new Lines();
  const later = new Map<string, StatusChange>();
  for (const change of [...changes].reverse()) {
    const { kind, id, before, status, run_id, step_id, xid } = change;
    if (before === null || before === status || kind === "attempt") continue;
    // A failed attempt with a retry has one event, straight to pending.
    const next = later.get(id);
    const isGivenBack = status === "failed" && next?.status === "pending" && next.xid === xid;
    later.set(id, change);
    if (!isGivenBack) happened.add(kind === "run" ? run_id : `${run_id} ${step_id}`, status);
  }
  for (const key of new Set([...told.keys(), ...happened.keys()])) {
    const tells = told.of(key).join(", ");
    const was = happened.of(key).reverse().join(", ");
    if (tells !== was) faults.push(`of ${key} the events tell "${tells}", and "${was}" has happened`);
  }
  return faults;
}

/** The sequence of statuses of each run and step. */
class Lines {
  private readonly lines = new Map<string, string[]>();

  add(key: string, status: string): void {
    this.lines.set(key, [...(this.lines.get(key) ?? []), status]);
  }

  keys(): Iterable<string> {
    return this.lines.keys();
  }

  of(key: string): string[] {
    return this.lines.get(key) ?? [];
  }
}
