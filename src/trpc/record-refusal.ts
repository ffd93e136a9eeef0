import { refusedProject } from "../auth/scope";
import type { ReadDb } from "../db/client";
import type { AuditAction } from "../events/audit";
import { recordOrWarn } from "../events/record-alone";
import { AppError } from "../lib/errors";
import { Id } from "../lib/ids";
import { isRecord } from "../lib/is-record";
import type { Context } from "./context";

/**
 * Writes into the audit record that somebody was refused a write for want of rights: the only place that does. Of the
 * input only ids are kept. What strangers are refused leaves no row, since anybody could fill the table with it.
 */
export async function recordRefusal(
  { db, actor, address }: Pick<Context, "actor" | "address"> & { db: ReadDb },
  action: AuditAction,
  error: unknown,
  input: unknown,
): Promise<void> {
  if (!actor || !(error instanceof AppError) || error.code !== "FORBIDDEN") return;
  const ids = isRecord(input) ? Object.entries(input).filter(([, value]) => Id.safeParse(value).success) : [];
  await recordOrWarn(db, {
    action,
    outcome: "refused",
    actor,
    address,
    // What a token for one project is refused ahead of the gate is that project's owners' to know too.
    project_id: refusedProject(error) ?? (actor.type === "token" ? actor.project_id : null),
    after: { reason: error.message, ...Object.fromEntries(ids) },
  });
}
