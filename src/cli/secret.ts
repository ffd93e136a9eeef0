import { checkSecret, findFingerprint } from "../auth/fingerprint";
import type { Db } from "../db/client";
import { type Settings, SettingsError } from "../lib/settings";
import { makeAuthSecret, readAuthSecret, takeNextSecret } from "./data-folder";

/**
 * The secret of a web process: NEXTAUTH_SECRET, else the data folder's. It is created if the database has no
 * fingerprint yet. Throws `SettingsError` if the database knows another secret.
 */
export async function webSecret(db: Db, settings: Settings): Promise<string> {
  await takeNextSecret(db, settings.dataDir);
  let secret = settings.authSecret ?? (await readAuthSecret(settings.dataDir));
  if (!secret) {
    if (await findFingerprint(db)) throw missing(settings);
    secret = await makeAuthSecret(settings.dataDir);
  }
  await checkSecret(db, secret, { note: true });
  return secret;
}

/** The secret of a worker that is started alone. It creates no secret and notes no fingerprint. */
export async function workerSecret(db: Db, settings: Settings): Promise<string> {
  await takeNextSecret(db, settings.dataDir);
  const secret = settings.authSecret ?? (await readAuthSecret(settings.dataDir));
  if (!secret) throw missing(settings);
  await checkSecret(db, secret, { note: false });
  return secret;
}

function missing({ dataDir }: Settings): SettingsError {
  return new SettingsError(
    `NEXTAUTH_SECRET is not set, and ${dataDir} holds none. Set the one of the web server that works with this database; it is in its environment, or in secrets/nextauth-secret of its data folder.`,
  );
}
