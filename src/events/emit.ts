import { type SQL, sql } from "drizzle-orm";
import { actorId } from "../auth/actor";
import { type AccountScope, type Caller, type ProjectScope, refusedIn } from "../auth/scope";
import type { Db, Tx } from "../db/client";
import { AppError } from "../lib/errors";
import { type AuditAction, type AuditDetails, type AuditRecord, auditWrite, recordOf } from "./audit";
import { tellAuditLog } from "./audit-log-file";
import type { EventData, StoredEventType } from "./catalog";
import { newsWrites } from "./news";
import { type Wake, wakerOf } from "./wake";

interface Collected {
  project_id: string;
  actor_id: string | null;
  type: StoredEventType;
  run_id: string | null;
  data: object;
}

/** What a transaction emits, and whom to wake once it is committed. */
interface Outbox {
  /** Who does this, and what; null for a run's progress, which events tell. */
  record: AuditRecord | null;
  events: Collected[];
  last: SQL[];
  wakes: Wake[];
}

const outboxes = new WeakMap<Tx, Outbox>();

function outboxOf(tx: Tx): Outbox {
  const outbox = outboxes.get(tx);
  if (!outbox) throw new Error("emit and wakeAfter need a transaction that transact() began");
  return outbox;
}

/** A result that a transaction does not have to wait for before its commit. */
export class Unanswered<T> {
  constructor(readonly answer: Promise<T>) {
    // No unhandled rejection: the error reaches those who await `answer` later.
    answer.catch(() => {});
  }

  /** Resolves once the statements behind `answer` are sent. Those are sent in the turn that made this object. */
  sent(): Promise<void> {
    return new Promise((resolve) => process.nextTick(resolve));
  }
}

export async function answered<T>(given: T | Unanswered<T>): Promise<T> {
  return given instanceof Unanswered ? given.answer : given;
}

/**
 * Runs a caller's command in a transaction, together with its events and its row of the audit record, which has the
 * action's name (the procedure's path). Only a scope that was checked makes it compile, and a caller's `db` only reads, so
 * no write goes round it. `audit` says what changed.
 */
export async function transact<T>(
  caller: Caller,
  scope: ProjectScope | AccountScope,
  action: AuditAction,
  work: (tx: Tx) => Promise<T | Unanswered<T>>,
): Promise<T> {
  try {
    // The one place where a caller's database writes.
    return await commit(caller.db as Db, recordOf(caller, scope, action), work);
  } catch (error) {
    if (error instanceof AppError && scope.project_id !== null) refusedIn(scope.project_id, error);
    throw error;
  }
}

/**
 * As `transact`, for what no caller does: `record` says who it is. Null for a run's progress and upkeep, which events and
 * logs tell; see `progress`.
 */
export async function commit<T>(
  db: Db,
  record: AuditRecord | null,
  work: (tx: Tx) => Promise<T | Unanswered<T>>,
): Promise<T> {
  const outbox: Outbox = { record, events: [], last: [], wakes: [] };
  const last: Promise<unknown>[] = [];
  const news: Promise<{ rows: Record<string, unknown>[] }>[] = [];
  let audited: Promise<{ rows: Record<string, unknown>[] }> | undefined;
  let done: T | Unanswered<T> | undefined;
  try {
    await db.transaction(async (tx) => {
      outboxes.set(tx, outbox);
      done = await work(tx);
      if (done instanceof Unanswered) await done.sent();
      // Sent with the commit and not awaited. If one fails, the server rolls back and the commit fails.
      const send = (statement: SQL) => {
        const answer = tx.execute(statement).execute();
        answer.catch(() => {});
        last.push(answer);
        return answer;
      };
      for (const statement of outbox.last) send(statement);
      if (outbox.record) audited = send(auditWrite(outbox.record));
      for (const statement of newsWrites(outbox.events)) news.push(send(statement));
      for (const statement of eventWrites(outbox.events)) send(statement);
    });
  } catch (error) {
    // The first statement that failed has the reason; the later ones only say that the transaction is aborted.
    if (done instanceof Unanswered) await done.answer;
    await Promise.all(last);
    throw error;
  }
  wakerOf(db).wake(...outbox.wakes, ...eventWakes(outbox), ...inboxWakes(await Promise.all(news)));
  if (audited) tellAuditLog((await audited).rows);
  return answered(done as T | Unanswered<T>);
}

/** Says of the transaction's row in the audit record what `transact` cannot know. Later calls add to earlier ones. */
export function audit(tx: Tx, details: AuditDetails): void {
  const outbox = outboxOf(tx);
  if (outbox.record) outbox.record = { ...outbox.record, ...details };
}

function eventWakes({ events }: Outbox): Wake[] {
  const projects = new Set(events.map((event) => event.project_id));
  return [...projects].map((id) => ({ channel: "events", id }));
}

/** Wakes the streams of those whose inbox changed. */
function inboxWakes(answers: { rows: Record<string, unknown>[] }[]): Wake[] {
  const people = new Set(answers.flatMap(({ rows }) => rows.map(({ user_id }) => String(user_id))));
  return [...people].map((id) => ({ channel: "inbox", id }));
}

/** The transaction's row of the audit record, for upkeep of the system that finds out on its way whether it does anything. */
export function recordIn(tx: Tx, record: AuditRecord): void {
  outboxOf(tx).record = record;
}

/** Adds an event to the transaction, which must have been begun by `transact` or `progress`. */
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
 * Sends the statement at the transaction's end, together with its events and the commit. Its answer is not read: the
 * statement has to fail where the transaction must not commit.
 */
export function sendLast(tx: Tx, statement: SQL): void {
  outboxOf(tx).last.push(statement);
}

/** Wakes followers once the transaction is committed. */
export function wakeAfter(tx: Tx, wake: Wake): void {
  outboxOf(tx).wakes.push(wake);
}

/** Sorted by project, so that all transactions lock the counters in the same order and cannot deadlock. */
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
