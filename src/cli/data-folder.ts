import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { findFingerprint, fingerprintOf } from "../auth/fingerprint";
import type { Db } from "../db/client";
import { SettingsError } from "../lib/settings";

const SECRET_BYTES = 32;

/** Creates the data folder. As root, lets other users pass through it: the database inside runs as another user. */
export async function makeDataFolder(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SettingsError(
      `PHASEBOARD_DATA_DIR must be a folder that can be written; it is "${dataDir}" (${reason})`,
    );
  }
}

export const secretPath = (dataDir: string) => join(dataDir, "secrets", "nextauth-secret");

/** The secret that a rotation is about to put in the place of the present one. */
export const nextSecretPath = (dataDir: string) => `${secretPath(dataDir)}.next`;

/**
 * Finishes a rotation that was killed: once the database's fingerprint is that of the next secret, this takes the place
 * of the old one. One whose transaction never came to be is left to the next rotation.
 */
export async function takeNextSecret(db: Db, dataDir: string): Promise<void> {
  const next = (await readFile(nextSecretPath(dataDir), "utf8").catch(() => "")).trim();
  if (next === "" || (await findFingerprint(db)) !== fingerprintOf(next)) return;
  await rename(nextSecretPath(dataDir), secretPath(dataDir));
}

/** The secret that an earlier start stored in the data folder, or "". */
export async function readAuthSecret(dataDir: string): Promise<string> {
  return (await readFile(secretPath(dataDir), "utf8").catch(() => "")).trim();
}

/** Creates and stores the secret that is used when NEXTAUTH_SECRET is unset; readable only by its owner. */
export async function makeAuthSecret(dataDir: string): Promise<string> {
  const path = secretPath(dataDir);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const secret = randomBytes(SECRET_BYTES).toString("base64url");
  const draft = `${path}.${process.pid}`;
  await rm(draft, { force: true });
  await writeFile(draft, `${secret}\n`, { mode: 0o600, flag: "wx", flush: true });
  await rename(draft, path);
  return secret;
}
