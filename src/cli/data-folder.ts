import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
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

const secretPath = (dataDir: string) => join(dataDir, "secrets", "nextauth-secret");

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
