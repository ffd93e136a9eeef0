import { userInfo } from "node:os";
import type { Db, Tx } from "../db/client";
import type { AuditAction } from "../events/audit";
import { commit } from "../events/emit";

/** A command's transaction, with its row in the audit record under the name that the system knows who typed it by. */
export function byCommandLine<T>(db: Db, action: AuditAction, work: (tx: Tx) => Promise<T>): Promise<T> {
  const actor = { type: "command_line", name: systemUser() } as const;
  return commit(db, { action, outcome: "done", actor, address: null, project_id: null }, work);
}

function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a number without a name.
    return String(process.getuid?.() ?? "unknown");
  }
}
