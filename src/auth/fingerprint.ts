import { scryptSync } from "node:crypto";
import type { Db, Tx } from "../db/client";
import { installation } from "../db/schema/installation";
import { SettingsError } from "../lib/settings";

/** Slow to compute on purpose, so that a short secret cannot be guessed from a copy of the database. */
export function fingerprintOf(secret: string): string {
  return scryptSync(secret, "phaseboard secret fingerprint", 32).toString("base64url");
}

/** The fingerprint noted in the database; null if none was noted yet. */
export async function findFingerprint(db: Db): Promise<string | null> {
  const [row] = await db.select({ noted: installation.secret_fingerprint }).from(installation);
  return row?.noted ?? null;
}

/** Notes this secret's fingerprint in the database, replacing any other. */
export async function adoptSecret(db: Db | Tx, secret: string): Promise<void> {
  const secret_fingerprint = fingerprintOf(secret);
  await db
    .insert(installation)
    .values({ secret_fingerprint })
    .onConflictDoUpdate({ target: installation.only, set: { secret_fingerprint } });
}

/**
 * Throws `SettingsError` unless the database's secrets are sealed under this secret. With `note`, the first
 * process to ask notes its fingerprint; without, a missing fingerprint is an error too.
 */
export async function checkSecret(db: Db, secret: string, { note }: { note: boolean }): Promise<void> {
  const fingerprint = fingerprintOf(secret);
  if (note) {
    await db.insert(installation).values({ secret_fingerprint: fingerprint }).onConflictDoNothing();
  }
  const noted = await findFingerprint(db);
  if (noted === fingerprint) return;
  throw new SettingsError(noted === null ? NOT_NOTED : ANOTHER);
}

const NOT_NOTED =
  "NEXTAUTH_SECRET cannot be checked: no web server has worked with this database yet. Start one with phaseboard start or phaseboard web, then this worker.";

const ANOTHER =
  "NEXTAUTH_SECRET is another than the one under which this database's secrets are sealed. Set that one: it was in the environment, or in secrets/nextauth-secret of the data folder, of the web server that made them. Where it is lost, npx phaseboard secret adopt takes this one, and each secret has to be set again.";
