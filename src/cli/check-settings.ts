import { sql } from "drizzle-orm";
import { withPool } from "../db/client";
import { readSettings } from "../lib/settings";
import { checkAddress, probePort } from "./listen-error";
import { explain } from "./output";

/**
 * One line about what is wrong with the settings, else null. Called before the pages are built, which takes a
 * minute or two at the first start.
 */
export async function findWrongSetting(): Promise<string | null> {
  try {
    const settings = readSettings();
    checkAddress(settings);
    // Any port: whether PORT is free is asked for later, when a former web process has let go of it.
    await probePort(settings.host, 0);
    if (settings.databaseUrl) {
      await withPool(settings.databaseUrl, "start", (db) => db.execute(sql`select 1`));
    }
    return null;
  } catch (error) {
    return explain(error);
  }
}
