import { once } from "node:events";
import { createServer } from "node:net";
import { sql } from "drizzle-orm";
import { closeDatabase, openDatabase } from "../db/client";
import { readSettings } from "../lib/settings";
import { checkAddress, listenError } from "./listen-error";
import { explain } from "./output";

/**
 * One line about what is wrong with the settings, else null. Called before the pages are built, which takes a
 * minute or two at the first start.
 */
export async function findWrongSetting(): Promise<string | null> {
  try {
    const settings = readSettings();
    checkAddress(settings);
    await checkHost(settings.host);
    if (settings.databaseUrl) await checkDatabase(settings.databaseUrl);
    return null;
  } catch (error) {
    return explain(error);
  }
}

async function checkHost(host: string): Promise<void> {
  const probe = createServer();
  try {
    probe.listen(0, host);
    await once(probe, "listening");
  } catch (error) {
    throw listenError(error, host, 0);
  } finally {
    probe.close();
  }
}

async function checkDatabase(url: string): Promise<void> {
  const db = openDatabase(url, { max: 1, name: "start" });
  try {
    await db.execute(sql`select 1`);
  } finally {
    await closeDatabase(db, 1);
  }
}
