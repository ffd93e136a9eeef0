import { type SQL, sql } from "drizzle-orm";
import { actorId } from "../auth/actor";
import type { ProjectScope } from "../auth/scope";
import type { Db, Tx } from "../db/client";
import { Closing } from "../db/closing";
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
  last: SQL[];
  afterCommit: (() => void)[];
  mayWait: boolean;
}

const outboxes = new WeakMap<Tx, Outbox>();

function outboxOf(tx: Tx): Outbox {
  const outbox = outboxes.get(tx);
  if (!outbox) throw new Error("emit and afterCommit need a transaction that transact() began");
  return outbox;
}

/**
 * Runs `work` in a transaction whose events commit with it. The event rows are its last statement and leave with
 * the commit, so the project's counter is locked for no round trip; readers are woken after the commit.
 */
export async function transact<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  const outbox: Outbox = { events: [], last: [], afterCommit: [], mayWait: false };
  const { value } = await db.transaction(async (tx) => {
    outboxes.set(tx, outbox);
    const done = await work(tx);
    return new Closing(done, [...outbox.last, ...eventWrites(outbox.events)]);
  });
  const waker = wakerOf(db.$client);
  for (const project_id of new Set(outbox.events.map((event) => event.project_id))) {
    if (outbox.mayWait) waker.wakeSoon("events", project_id);
    else waker.wake("events", project_id);
  }
  for (const tell of outbox.afterCommit) tell();
  return value;
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

/**
 * Has the statement sent at the transaction's end, together with its events and the commit. Its answer is not
 * told: it has to fail by itself where the transaction must not be committed.
 */
export function sendLast(tx: Tx, statement: SQL): void {
  outboxOf(tx).last.push(statement);
}

/** Has readers woken some ms later: for what most likely is followed by more at once. */
export function wakeSoon(tx: Tx): void {
  outboxOf(tx).mayWait = true;
}

/** Calls `tell` once the transaction is committed, never if it is not. */
export function afterCommit(tx: Tx, tell: () => void): void {
  outboxOf(tx).afterCommit.push(tell);
}

/** Sorted, so that transactions over several projects take the counters' locks in one order. */
function eventWrites(events: Collected[]): SQL[] {
  return [...new Set(events.map((event) => event.project_id))].sort().map((project_id) => {
    const own = events.filter((event) => event.project_id === project_id);
    return sql`
      with counter as (
        update projects set event_seq = event_seq + ${own.length} where id = ${project_id} returning event_seq
      )
      insert into workflow_events (project_id, seq, type, workflow_run_id, data, actor_id)
      select ${project_id}, counter.event_seq - ${own.length} + e.ordinality, e.value ->> 'type', e.value ->> 'run_id',
             e.value -> 'data', e.value ->> 'actor_id'
      from counter, jsonb_array_elements(${JSON.stringify(own)}::jsonb) with ordinality as e`;
  });
}
