import { and, eq, isNull, sql } from "drizzle-orm";
import type { Tx } from "../../../db/client";
import { users } from "../../../db/schema/users";
import { AppError } from "../../../lib/errors";
import { hasComeIn } from "../list-users";
import type { Person } from "../schema";

/** One change of people at a time, so that two administrators cannot go at once. */
export async function lockPeople(tx: Tx): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('phaseboard people'))`);
}

/**
 * Throws CONFLICT, which rolls the change back, where it left nobody who administers. `before`: whom it changed, as they
 * were. Who was only invited may never come in, so they count where nobody else did.
 */
export async function keepAnAdministrator(tx: Tx, before: Person): Promise<void> {
  if (!before.is_admin || before.status === "disabled") return;
  const left = and(eq(users.is_admin, true), isNull(users.disabled_at));
  const canAct = before.status === "invited" ? left : and(left, hasComeIn);
  if ((await tx.$count(users, canAct)) > 0) return;
  throw new AppError(
    "CONFLICT",
    "An installation keeps at least one administrator who has come in. Make somebody else one first.",
  );
}
