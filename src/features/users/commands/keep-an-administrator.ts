import { and, eq, isNull, sql } from "drizzle-orm";
import type { Tx } from "../../../db/client";
import { users } from "../../../db/schema/users";
import { AppError } from "../../../lib/errors";

/** One change of people at a time, so that two administrators cannot go at once. */
export async function lockPeople(tx: Tx): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('phaseboard people'))`);
}

/** Throws CONFLICT, which rolls the change back, where it left nobody who administers. */
export async function keepAnAdministrator(tx: Tx): Promise<void> {
  if ((await tx.$count(users, and(eq(users.is_admin, true), isNull(users.disabled_at)))) > 0) return;
  throw new AppError(
    "CONFLICT",
    "An installation keeps at least one administrator. Make somebody else one first.",
  );
}
