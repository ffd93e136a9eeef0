import { z } from "zod";
import type { SignInWatch } from "../auth/session";
import type { Db } from "../db/client";
import type { AuditRecord } from "../events/audit";
import { recordOrWarn } from "../events/record-alone";

/** Writes who signed in from `address`, who tried to, and who signed out, into the audit record. */
export function watchSignIns(db: Db, address: string): SignInWatch {
  const record = (row: Pick<AuditRecord, "action" | "outcome" | "actor"> & Partial<AuditRecord>) =>
    recordOrWarn(db, { address, project_id: null, ...row });
  const person = ({ id, name }: { id: string; name: string }) => ({
    actor: { type: "user", user_id: id, name } as const,
    target: { type: "user", id, name },
  });
  return {
    onSignIn: (user, provider) =>
      record({ action: "sessions.signIn", outcome: "done", ...person(user), after: { provider } }),
    onRefused: (given) => {
      // What is no address may be a password, typed into the wrong field.
      const { data: email = null } = z.email().safeParse(given.trim());
      const after = { provider: "credentials", email };
      return record({ action: "sessions.signIn", outcome: "refused", actor: { type: "anonymous" }, after });
    },
    onSignOut: (user) => record({ action: "sessions.signOut", outcome: "done", ...person(user) }),
  };
}
