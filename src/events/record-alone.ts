import type { Db } from "../db/client";
import { logger } from "../lib/logger";
import { type AuditRecord, auditWrite } from "./audit";
import { tellAuditLog } from "./audit-log-file";

/** Writes one row of the audit record that no change goes with: a sign-in, a refusal, the use of a secret. */
export async function recordAlone(db: Pick<Db, "execute">, record: AuditRecord): Promise<void> {
  const { rows } = await db.execute(auditWrite(record));
  tellAuditLog(rows);
}

/** As `recordAlone`, where what happened has its answer already: a fault is only logged. */
export async function recordOrWarn(db: Pick<Db, "execute">, record: AuditRecord): Promise<void> {
  await recordAlone(db, record).catch((error: unknown) =>
    logger.error({ err: error, action: record.action }, "a row of the audit record could not be written"),
  );
}
