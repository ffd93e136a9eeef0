import { readSettings, SettingsError } from "../lib/settings";
import { readOrMakeAuthSecret } from "./data-folder";
import { findRunning } from "./database";

/**
 * Puts into the environment what a supervisor would hand down, for a web server or a worker that is started
 * alone. Throws `SettingsError` where there is no database to work with.
 */
export async function prepareStandalone(): Promise<void> {
  const settings = readSettings();
  const databaseUrl = settings.databaseUrl ?? (await findRunning(settings.dataDir));
  if (!databaseUrl) {
    throw new SettingsError(
      `DATABASE_URL is not set and no Phaseboard runs on ${settings.dataDir}. Set it, or run phaseboard start.`,
    );
  }
  process.env.DATABASE_URL = databaseUrl;
  process.env.NEXTAUTH_SECRET = settings.authSecret ?? (await readOrMakeAuthSecret(settings.dataDir));
  process.env.NEXTAUTH_URL = settings.url;
  process.env.PHASEBOARD_DATA_DIR = settings.dataDir;
  process.env.NEXT_TELEMETRY_DISABLED = "1";
  Object.assign(process.env, { NODE_ENV: process.env.NODE_ENV ?? "production" });
}
