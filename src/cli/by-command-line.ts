import { userInfo } from "node:os";
import type { User } from "../auth/users";
import type { Db, Tx } from "../db/client";
import type { AuditAction } from "../events/audit";
import { audit, commit } from "../events/emit";

/** Who types commands, by the name that the system knows. */
export const commandLine = () => ({ type: "command_line", name: systemUser() }) as const;

/** A command's transaction, with its row in the audit record under the name that the system knows who typed it by. */
export function byCommandLine<T>(db: Db, action: AuditAction, work: (tx: Tx) => Promise<T>): Promise<T> {
  const record = { action, outcome: "done", actor: commandLine(), address: null, project_id: null } as const;
  return commit(db, record, work);
}

/** Says of the transaction's audit row which account it has made. */
export function auditAccount(tx: Tx, user: User): User {
  const { id, name, email, is_admin } = user;
  audit(tx, { target: { type: "user", id, name }, after: { email, is_admin } });
  return user;
}

function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a number without a name.
    return String(process.getuid?.() ?? "unknown");
  }
}
