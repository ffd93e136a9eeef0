import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { sql } from "drizzle-orm";
import { findFingerprint, fingerprintOf } from "../auth/fingerprint";
import type { Db, Tx } from "../db/client";
import { installation } from "../db/schema/installation";
import { openSecret, sealSecret, secretsKeyOf } from "../features/secrets/sealing";
import { openSigningSecret, sealSigningSecret } from "../features/triggers/signing-secret";
import { AppError } from "../lib/errors";
import { readSettings } from "../lib/settings";
import { byCommandLine } from "./by-command-line";
import { nextSecretPath, readAuthSecret, secretPath, takeNextSecret } from "./data-folder";
import { withDatabase } from "./database";
import { findHolder } from "./instance-lock";
import { say } from "./output";

const SECRET_BYTES = 32;

/**
 * `phaseboard secret rotate`: a new secret, with everything that the old one sealed sealed anew in one transaction. The
 * new one is in a file before that and takes the old one's place behind it, so a rotation that is killed was not begun
 * or is finished by the next start. Processes know the old one by heart, so none may run.
 */
export async function runSecretRotate(): Promise<void> {
  const { authSecret, dataDir } = readSettings();
  const holder = await findHolder(dataDir);
  if (holder)
    throw new AppError(
      "CONFLICT",
      `Phaseboard runs (process ${holder.pid}). Stop it first, then rotate the secret.`,
    );
  await withDatabase(async (db) => {
    await refuseRunning(db);
    await takeNextSecret(db, dataDir);
    const old = authSecret ?? (await readAuthSecret(dataDir));
    if (!old)
      throw new AppError("BAD_REQUEST", "NEXTAUTH_SECRET is not set, and the data folder holds none.");
    if ((await findFingerprint(db)) !== fingerprintOf(old)) {
      throw new AppError(
        "CONFLICT",
        "This secret is another than the one under which the database's secrets are sealed. Set that one in NEXTAUTH_SECRET, then rotate it.",
      );
    }
    const fresh = await writeNext(dataDir);
    const counts = await sealAnew(db, old, fresh);
    await takeNextSecret(db, dataDir);
    say(`Rotated the secret: ${counts.secrets} secrets and ${counts.webhooks} webhooks are sealed anew.`);
    say("Everybody signs in again, and set-up links and results of Idempotency-Keys are void.");
    if (authSecret) {
      say(`NEXTAUTH_SECRET has the old one. Leave it out, or set what ${secretPath(dataDir)} holds.`);
    }
  });
}

/** Web servers and workers on other machines, too. */
async function refuseRunning(db: Db): Promise<void> {
  const { rows } = await db.execute<{ name: string }>(sql`
    select distinct application_name as name from pg_stat_activity
    where datname = current_database() and application_name in ('phaseboard web', 'phaseboard worker')`);
  const [first] = rows;
  if (first)
    throw new AppError(
      "CONFLICT",
      `A ${first.name.replace("phaseboard ", "")} process works with this database. Stop it first.`,
    );
}

async function writeNext(dataDir: string): Promise<string> {
  const path = nextSecretPath(dataDir);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const secret = randomBytes(SECRET_BYTES).toString("base64url");
  const draft = `${path}.${process.pid}`;
  await rm(draft, { force: true });
  await writeFile(draft, `${secret}\n`, { mode: 0o600, flag: "wx", flush: true });
  await rename(draft, path);
  return (await readFile(path, "utf8")).trim();
}

/** Seals anew all that is sealed under the old secret, and notes the new one. */
export async function sealAnew(
  db: Db,
  old: string,
  fresh: string,
): Promise<{ secrets: number; webhooks: number }> {
  return byCommandLine(db, "secret.rotate", async (tx) => {
    const secrets = await sealSecrets(tx, old, fresh);
    const webhooks = await sealWebhooks(tx, old, fresh);
    // Kept for a day, and of use only to a request that is sent again.
    await tx.execute(sql`delete from idempotency_keys`);
    await tx.update(installation).set({ secret_fingerprint: fingerprintOf(fresh) });
    return { secrets, webhooks };
  });
}

async function sealSecrets(tx: Tx, old: string, fresh: string): Promise<number> {
  const { rows } = await tx.execute<{ project_id: string; name: string; sealed: Buffer }>(
    sql`select project_id, name, sealed from project_secrets order by project_id, name for update`,
  );
  const key = secretsKeyOf(old);
  for (const { project_id, name, sealed } of rows) {
    const value = openSecret(key, { project_id, name, sealed });
    if (value === null) {
      throw new AppError(
        "CONFLICT",
        `The secret ${name} of the project ${project_id} was sealed under another secret and cannot be opened. Set it again or delete it, then rotate.`,
      );
    }
    const anew = sealSecret(fresh, { project_id, name, value });
    await tx.execute(
      sql`update project_secrets set sealed = ${anew} where project_id = ${project_id} and name = ${name}`,
    );
  }
  return rows.length;
}

async function sealWebhooks(tx: Tx, old: string, fresh: string): Promise<number> {
  const { rows } = await tx.execute<{ id: string; key: string; definition: string; secret: Buffer }>(sql`
    select t.id, t.key, d.name as definition, t.secret
    from workflow_triggers t join workflow_definitions d on d.id = t.workflow_definition_id
    where t.secret is not null order by t.id for update of t`);
  for (const { id, key, definition, secret } of rows) {
    const anew = sealSigningSecret(fresh, id, signingSecretOf(old, { id, key, definition, secret }));
    await tx.execute(sql`update workflow_triggers set secret = ${anew} where id = ${id}`);
  }
  return rows.length;
}

function signingSecretOf(
  old: string,
  { id, key, definition, secret }: { id: string; key: string; definition: string; secret: Buffer },
): string {
  try {
    return openSigningSecret(old, id, secret);
  } catch {
    throw new AppError(
      "CONFLICT",
      `The signing secret of the webhook ${key} of ${definition} was sealed under another secret and cannot be opened. Make a new one on the definition's page, then rotate.`,
    );
  }
}
