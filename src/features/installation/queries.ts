import type { ReadDb, Tx } from "../../db/client";
import { installation, SESSION_DAYS, SESSION_IDLE_DAYS } from "../../db/schema/installation";
import type { InstallationSettings } from "./schema";

/** What the administrators have set; the defaults before a web server has worked with this database. */
export async function readInstallation(db: ReadDb | Tx): Promise<InstallationSettings> {
  const [row] = await db
    .select({
      session_idle_days: installation.session_idle_days,
      session_days: installation.session_days,
      token_days: installation.token_days,
      retention: installation.retention,
      project_quota_bytes: installation.project_quota_bytes,
    })
    .from(installation);
  if (row) return row;
  return {
    session_idle_days: SESSION_IDLE_DAYS,
    session_days: SESSION_DAYS,
    token_days: null,
    retention: {},
    project_quota_bytes: null,
  };
}
