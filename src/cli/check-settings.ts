import { appendFile } from "node:fs/promises";
import { sql } from "drizzle-orm";
import { withPool } from "../db/client";
import { codeOf } from "../lib/errors";
import { readSettings, SettingsError } from "../lib/settings";
import { checkAddress, probePort } from "./listen-error";
import { explain } from "./output";

/** Throws `SettingsError` where rows of the audit record could not be appended. */
async function checkAuditLog(path: string | undefined): Promise<void> {
  if (path === undefined || path === "-") return;
  await appendFile(path, "", { mode: 0o600 }).catch((error: unknown) => {
    throw new SettingsError(
      `PHASEBOARD_AUDIT_LOG names a file that cannot be written (${codeOf(error)}); it is "${path}". Make its folder, or set it to - for standard output`,
    );
  });
}

/**
 * One line about what is wrong with the settings, else null. Called before the pages are built, which takes a
 * minute or two at the first start.
 */
export async function findWrongSetting(): Promise<string | null> {
  try {
    const settings = readSettings();
    checkAddress(settings);
    await checkAuditLog(settings.auditLog);
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
