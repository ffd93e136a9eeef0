import { type Db, openDatabase } from "../db/client";
import { readSettings, SettingsError } from "../lib/settings";

interface Web {
  db: Db;
  /** Signs sessions. */
  secret: string;
  /** The address that people type into the browser. */
  url: string;
}

const shared = globalThis as typeof globalThis & { phaseboardWeb?: Web };

/**
 * The web process's database and settings, created once, although Next evaluates this module several times.
 * Throws `SettingsError` if the supervisor did not pass one of them.
 */
export function web(): Web {
  if (!shared.phaseboardWeb) {
    const { databaseUrl, authSecret, url } = readSettings();
    if (!databaseUrl)
      throw new SettingsError("DATABASE_URL is not set; start with `phaseboard start`, which sets it");
    if (!authSecret)
      throw new SettingsError("NEXTAUTH_SECRET is not set; start with `phaseboard start`, which sets it");
    shared.phaseboardWeb = {
      db: openDatabase(databaseUrl, { name: "web", max: 20, statementMs: 120_000 }),
      secret: authSecret,
      url,
    };
  }
  return shared.phaseboardWeb;
}
