import { sql } from "drizzle-orm";
import { actorId } from "../auth/actor";
import type { ProjectScope } from "../auth/scope";
import type { Db, Tx } from "../db/client";
import type { EventData, StoredEventType } from "./catalog";
import { wakerOf } from "./wake";

interface Collected {
  project_id: string;
  actor_id: string | null;
  type: StoredEventType;
  run_id: string | null;
  data: object;
}

/** What a transaction has to tell, and whom to wake once it is committed. */
interface Outbox {
  events: Collected[];
  afterCommit: (() => void)[];
}

const outboxes = new WeakMap<Tx, Outbox>();

function outboxOf(tx: Tx): Outbox {
  const outbox = outboxes.get(tx);
  if (!outbox) throw new Error("emit and afterCommit need a transaction that transact() began");
  return outbox;
}

/**
 * Runs `work` in a transaction whose events commit with it. The event rows are its last statement, so the
 * project's counter is locked for one round trip; readers are woken after the commit.
 */
export async function transact<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  const outbox: Outbox = { events: [], afterCommit: [] };
  const result = await db.transaction(async (tx) => {
    outboxes.set(tx, outbox);
    const value = await work(tx);
    await writeEvents(tx, outbox.events);
    return value;
  });
  const waker = wakerOf(db.$client);
  for (const project_id of new Set(outbox.events.map((event) => event.project_id)))
    waker.wake("events", project_id);
  for (const tell of outbox.afterCommit) tell();
  return result;
}

/** Tells of a change in the transaction that makes it. */
export function emit<T extends StoredEventType>(
  tx: Tx,
  scope: ProjectScope,
  type: T,
  data: Omit<EventData<T>, "project_id">,
): void {
  outboxOf(tx).events.push({
    project_id: scope.project_id,
    actor_id: actorId(scope.actor),
    type,
    run_id: "execution_id" in data ? String(data.execution_id) : null,
    data: { ...data, project_id: scope.project_id },
  });
}

/** Calls `tell` once the transaction is committed, never if it is not. */
export function afterCommit(tx: Tx, tell: () => void): void {
  outboxOf(tx).afterCommit.push(tell);
}

async function writeEvents(tx: Tx, events: Collected[]): Promise<void> {
  // Sorted, so that transactions over several projects take the counters' locks in one order.
  for (const project_id of [...new Set(events.map((event) => event.project_id))].sort()) {
    const own = events.filter((event) => event.project_id === project_id);
    await tx.execute(sql`
      with counter as (
        update projects set event_seq = event_seq + ${own.length} where id = ${project_id} returning event_seq
      )
      insert into workflow_events (project_id, seq, type, workflow_run_id, data, actor_id)
      select ${project_id}, counter.event_seq - ${own.length} + e.ordinality, e.value ->> 'type', e.value ->> 'run_id',
             e.value -> 'data', e.value ->> 'actor_id'
      from counter, jsonb_array_elements(${JSON.stringify(own)}::jsonb) with ordinality as e`);
  }
}
