import { sql } from "drizzle-orm";
import type { Db, Tx } from "../../db/client";
import type { AttemptRef } from "../../engine/run/ports";
import { emit } from "../../events/emit";
import { progress } from "../../events/progress";
import { holdClaim, scopeOf } from "../claims/under-claim";
import { patiently } from "../presence/reach";

/** A message that is delivered. */
export interface DeliveredMessage {
  id: string;
  text: string;
  /** Name of who sent it. */
  by: string;
}

/** What an attempt's agent begins with. */
export interface Beginning {
  /** The protocol's id of the session to go on with; null: a new one. */
  session: string | null;
  /** The messages that the attempt's newest turn was for; empty: the step's prompt. */
  turn: DeliveredMessage[];
  /** All messages that were delivered before that turn, for an agent that does not know its session any more. */
  earlier: DeliveredMessage[];
}

/**
 * Brings people's messages to agents. A message is marked delivered in one transaction under the claim, just before the
 * agent is prompted with it: another worker repeats the turn that was interrupted, and delivers no message again.
 */
export interface MessageDesk {
  /**
   * Takes the messages that wait for the step at its attempt's beginning, or those of the turn in which an earlier
   * worker was interrupted. Throws `ClaimLost`.
   */
  begin(attempt: AttemptRef, signal: AbortSignal): Promise<Beginning>;
  /**
   * Takes the messages that wait, in their order; `known` are the ids of those that the attempt has. With none the
   * session takes no more where `ends` says so. Throws `ClaimLost`.
   */
  next(
    attempt: AttemptRef,
    known: ReadonlySet<string>,
    options: { ends: boolean },
    signal: AbortSignal,
  ): Promise<DeliveredMessage[]>;
  /**
   * Calls `listener` once a message waits for which the agent is to be interrupted. Call the result to stop. Throws
   * nothing: a look that fails is made good by the next news.
   */
  onInterrupt(attempt: AttemptRef, listener: () => void): () => void;
}

/** `onNews` calls its listener when the run was changed, and gives a function that stops it. */
export function createMessageDesk(
  db: Db,
  onNews: (runId: string, listener: () => void) => () => void,
): MessageDesk {
  const underClaim = <T>(attempt: AttemptRef, signal: AbortSignal, work: (tx: Tx) => Promise<T>) =>
    patiently(
      () =>
        progress(db, async (tx) => {
          await holdClaim(tx, attempt.claim);
          return work(tx);
        }),
      signal,
    );
  return {
    begin: (attempt, signal) =>
      underClaim(attempt, signal, async (tx) => {
        const own = attempt.resumed ? await ownSession(tx, attempt) : null;
        if (own !== null) {
          await takeMessages(tx, attempt, true);
          return { session: own, ...(await turnOf(tx, attempt)) };
        }
        // One that was cut off before its session was known begins as it would have.
        // The first turn is the step's own prompt; what waits for its end comes then.
        if (attempt.number > 1) await deliver(tx, attempt);
        const all = await deliveredTo(tx, attempt);
        // By the rows, since the answer of an earlier try may have been lost behind its commit.
        const isOwn = (message: Row) => message.attempt === attempt.number;
        const turn = all.filter(isOwn).map(messageOf);
        if (turn.length === 0) return { session: null, turn, earlier: [] };
        const earlier = all.filter((message) => !isOwn(message)).map(messageOf);
        return { session: await sessionBefore(tx, attempt), turn, earlier };
      }),

    next: (attempt, known, { ends }, signal) =>
      underClaim(attempt, signal, async (tx) => {
        await deliver(tx, attempt);
        const messages = (await deliveredTo(tx, attempt)).filter(
          ({ id, attempt: number }) => number === attempt.number && !known.has(id),
        );
        if (messages.length === 0 && ends) await takeMessages(tx, attempt, false);
        return messages.map(messageOf);
      }),

    onInterrupt(attempt, listener) {
      const look = () => {
        isInterrupted(db, attempt).then(
          (is) => is && listener(),
          () => {},
        );
      };
      const stop = onNews(attempt.claim.run.id, look);
      // One may wait from before.
      look();
      return stop;
    },
  };
}

const stepOf = ({ claim, step }: AttemptRef) => sql`(
  select id from workflow_run_steps where workflow_run_id = ${claim.run.id} and step_id = ${step.id})`;

const sessionOf = ({ claim, step }: AttemptRef) => sql`(
  select agent_session_id from workflow_run_steps where workflow_run_id = ${claim.run.id} and step_id = ${step.id})`;

async function isInterrupted(db: Db, attempt: AttemptRef): Promise<boolean> {
  const { rows } = await db.execute(sql`
    select 1 from agent_messages
    where workflow_run_id = ${attempt.claim.run.id} and workflow_run_step_id = ${stepOf(attempt)}
      and status = 'queued' and interrupt limit 1`);
  return rows.length > 0;
}

interface Row extends DeliveredMessage, Record<string, unknown> {
  attempt: number;
  delivered_at: string;
}

/** Marks what waits for the step as delivered to this attempt. */
async function deliver(tx: Tx, attempt: AttemptRef): Promise<void> {
  const { claim, step, number } = attempt;
  const { rows } = await tx.execute<{ id: string }>(sql`
    update agent_messages
    set status = 'delivered', delivered_at = now(), attempt = ${number}, agent_session_id = ${sessionOf(attempt)},
        updated_at = now()
    where workflow_run_id = ${claim.run.id} and workflow_run_step_id = ${stepOf(attempt)} and status = 'queued'
    returning id`);
  for (const { id: message_id } of rows) {
    const data = { execution_id: claim.run.id, message_id, step_id: step.id, status: "delivered" } as const;
    emit(tx, scopeOf(claim), "workflow.message.changed", data);
  }
}

const messageOf = ({ id, text, by }: DeliveredMessage): DeliveredMessage => ({ id, text, by });

/** All messages that the step's agent was given, in their order. */
async function deliveredTo(tx: Tx, attempt: AttemptRef): Promise<Row[]> {
  const { rows } = await tx.execute<Row>(sql`
    select id, text, created_by_name as by, attempt, delivered_at::text as delivered_at from agent_messages
    where workflow_run_step_id = ${stepOf(attempt)} and status = 'delivered'
    order by delivered_at, created_at, id`);
  return rows;
}

/** The messages of the attempt's newest turn, and those before it. Messages of one turn have one time of delivery. */
async function turnOf(tx: Tx, attempt: AttemptRef): Promise<Pick<Beginning, "turn" | "earlier">> {
  const all = await deliveredTo(tx, attempt);
  const at = all.at(-1)?.attempt === attempt.number ? all.at(-1)?.delivered_at : undefined;
  return {
    turn: all.filter(({ delivered_at }) => delivered_at === at).map(messageOf),
    earlier: all.filter(({ delivered_at }) => delivered_at !== at).map(messageOf),
  };
}

async function takeMessages(tx: Tx, attempt: AttemptRef, takes: boolean): Promise<void> {
  await tx.execute(sql`
    update agent_sessions set takes_messages = ${takes}, updated_at = now()
    where id = ${sessionOf(attempt)} and takes_messages <> ${takes}`);
}

async function ownSession(tx: Tx, attempt: AttemptRef): Promise<string | null> {
  const { rows } = await tx.execute<{ id: string | null }>(
    sql`select protocol_session_id as id from agent_sessions where id = ${sessionOf(attempt)}`,
  );
  return rows[0]?.id ?? null;
}

/**
 * The session that the step's agent had last. Null where the attempt is a retry by the definition: its files are those
 * from before the attempt that failed, of which such a session knows nothing.
 */
async function sessionBefore(tx: Tx, attempt: AttemptRef): Promise<string | null> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    select g.protocol_session_id as id
    from workflow_run_steps s
    join workflow_run_step_attempts own on own.workflow_run_step_id = s.id and own.number = ${attempt.number}
    join workflow_run_step_attempts a on a.workflow_run_step_id = s.id and a.number < own.number
    join agent_sessions own_session on own_session.id = s.agent_session_id
    join agent_sessions g on g.id = a.agent_session_id and g.agent = own_session.agent
    where s.id = ${stepOf(attempt)} and s.started_at >= own.started_at and g.protocol_session_id is not null
    order by a.number desc limit 1`);
  return rows[0]?.id ?? null;
}
