import { type Db, openDatabase } from "../db/client";
import { perProcess } from "../lib/per-process";
import { readSettings, SettingsError } from "../lib/settings";

interface Web {
  db: Db;
  /** Signs sessions. */
  secret: string;
  /** The address that people type into the browser. */
  url: string;
}

/** The web process's database and settings, made once. Throws `SettingsError` if one was not passed on. */
export function web(): Web {
  return perProcess("web", () => {
    const { databaseUrl, authSecret, url } = readSettings();
    if (!databaseUrl)
      throw new SettingsError("DATABASE_URL is not set; start with `phaseboard start`, which sets it");
    if (!authSecret)
      throw new SettingsError("NEXTAUTH_SECRET is not set; start with `phaseboard start`, which sets it");
    const db = openDatabase(databaseUrl, { name: "web", max: 20, statementMs: 120_000 });
    return { db, secret: authSecret, url };
  });
}
