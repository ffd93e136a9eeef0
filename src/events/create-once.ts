import { and, eq, sql } from "drizzle-orm";
import { type Once, openResult, sealResult } from "../auth/once";
import type { AccountScope, Caller, ProjectScope } from "../auth/scope";
import type { Tx } from "../db/client";
import { idempotencyKeys } from "../db/schema/idempotency";
import { AppError } from "../lib/errors";
import type { AuditAction } from "./audit";
import { answered, transact, type Unanswered } from "./emit";

/** `transact` for the transaction of a create. */
export type Commit<T> = (work: (tx: Tx) => Promise<T | Unanswered<T>>) => Promise<T>;

/** Thrown to roll back when another request has used the key meanwhile. */
class AlreadyDone extends Error {}

/**
 * `transact` for a create, once per `Idempotency-Key` of its caller: the result of `commit` is stored in its transaction and
 * returned for 24 hours instead of running `create`. Without a key `create` simply runs. Call it after the gate. Throws
 * CONFLICT where the key was used for something else.
 */
export async function createOnce<T>(
  caller: Caller,
  scope: ProjectScope | AccountScope,
  action: AuditAction,
  create: (commit: Commit<T>) => Promise<T>,
): Promise<T> {
  const { once } = caller;
  if (!once) return create((work) => transact(caller, scope, action, work));
  const known = await recall<T>(caller, once);
  if (known) return known.result;
  try {
    return await create((work) =>
      transact(caller, scope, action, async (tx) => {
        const mine = await reserve(tx, caller.actor.user_id, once);
        const result = await answered(await work(tx));
        await tx
          .update(idempotencyKeys)
          .set({ result: sealResult(once, result) })
          .where(mine);
        return result;
      }),
    );
  } catch (error) {
    const done = error instanceof AlreadyDone ? await recall<T>(caller, once) : null;
    if (done) return done.result;
    throw error;
  }
}

const isKept = sql`${idempotencyKeys.created_at} > now() - interval '24 hours'`;

function ofKey(user_id: string, { key }: Once) {
  return and(eq(idempotencyKeys.user_id, user_id), eq(idempotencyKeys.key, key));
}

async function recall<T>({ db, actor }: Caller, once: Once): Promise<{ result: T } | null> {
  const [row] = await db
    .select()
    .from(idempotencyKeys)
    .where(and(ofKey(actor.user_id, once), isKept));
  if (!row?.result) return null;
  if (row.fingerprint !== once.fingerprint) {
    throw new AppError(
      "CONFLICT",
      "This Idempotency-Key was used for another request. Send a new key with a new request.",
      [{ path: "Idempotency-Key", message: "was used for another request" }],
    );
  }
  return { result: openResult(once, row.result) as T };
}

/** Waits for another request with the same key; throws `AlreadyDone` if that one commits. */
async function reserve(tx: Tx, user_id: string, once: Once) {
  const mine = ofKey(user_id, once);
  await tx.delete(idempotencyKeys).where(and(mine, sql`not (${isKept})`));
  const made = await tx
    .insert(idempotencyKeys)
    .values({ user_id, key: once.key, fingerprint: once.fingerprint })
    .onConflictDoNothing()
    .returning({ key: idempotencyKeys.key });
  if (made.length === 0) throw new AlreadyDone();
  return mine;
}
