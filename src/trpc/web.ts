import { type Db, openDatabase } from "../db/client";
import { readSettings, SettingsError } from "../lib/settings";

interface Web {
  db: Db;
  /** Signs sessions. */
  secret: string;
  /** The address people type. */
  url: string;
}

const shared = globalThis as typeof globalThis & { phaseboardWeb?: Web };

/**
 * What the web process has one of, however often Next evaluates this module. The supervisor hands address
 * and secret down; a missing one throws `SettingsError`.
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
