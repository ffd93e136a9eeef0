import { checkSecret, findFingerprint } from "../auth/fingerprint";
import type { Db } from "../db/client";
import { type Settings, SettingsError } from "../lib/settings";
import { makeAuthSecret, readAuthSecret } from "./data-folder";

/**
 * The secret for a web process: NEXTAUTH_SECRET, else the data folder's, which is made where this database knows of
 * none yet. Throws `SettingsError` where it is another than the database's.
 */
export async function webSecret(db: Db, settings: Settings): Promise<string> {
  let secret = settings.authSecret ?? (await readAuthSecret(settings.dataDir));
  if (!secret) {
    if (await findFingerprint(db)) throw missing(settings);
    secret = await makeAuthSecret(settings.dataDir);
  }
  await checkSecret(db, secret, { note: true });
  return secret;
}

/** The same for a worker that is started alone, which makes none and decides nothing. */
export async function workerSecret(db: Db, settings: Settings): Promise<string> {
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
