import { appendFileSync } from "node:fs";
import { logger } from "../lib/logger";
import { readSettings } from "../lib/settings";
import { auditLine } from "./audit";

/**
 * Writes committed rows of the audit record as JSON lines where `PHASEBOARD_AUDIT_LOG` says: `-` is standard output.
 * Several processes append to one file, each line by one write. What cannot be written stays in the database.
 */
export function tellAuditLog(rows: Record<string, unknown>[]): void {
  const { auditLog } = readSettings();
  if (auditLog === undefined) return;
  const lines = rows.map(({ row }) => auditLine(row as Record<string, unknown>)).join("");
  try {
    if (auditLog === "-") process.stdout.write(lines);
    else appendFileSync(auditLog, lines, { mode: 0o600 });
  } catch (error) {
    logger.error({ err: error, path: auditLog }, "the audit log's file cannot be written");
  }
}
