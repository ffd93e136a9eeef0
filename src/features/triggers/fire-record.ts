import type { Caller } from "../../auth/scope";
import type { AuditDetails, AuditRecord } from "../../events/audit";
import type { ProjectTrigger } from "./queries";

interface Run {
  id: string;
  name: string;
  number: number;
}

/** The audit record of a trigger that fires: the system does it, in somebody's name. */
export function fireRecord({ project_id }: ProjectTrigger, address: string | null): AuditRecord {
  return {
    action: "triggers.fire",
    outcome: "done",
    actor: { type: "system" },
    address,
    project_id,
  };
}

/** What it started, and in whose name. */
export function firedBy(
  { id: trigger_id, kind, key }: ProjectTrigger,
  { actor }: Caller,
  { id, name, number }: Run,
): AuditDetails {
  const { user_id: on_behalf_of, name: on_behalf_of_name } = actor;
  return {
    target: { type: "run", id, name: `#${number} ${name}` },
    after: { trigger_id, kind, key, on_behalf_of, on_behalf_of_name },
  };
}

/** The audit record of a trigger that switches itself off, since nobody is there any more in whose name it could start. */
export function switchOffRecord(
  trigger: ProjectTrigger,
  address: string | null,
  reason: string,
): AuditRecord {
  const { id: trigger_id, workflow_definition_id, kind, key } = trigger;
  return {
    ...fireRecord(trigger, address),
    outcome: "refused",
    target: { type: "definition", id: workflow_definition_id },
    after: { trigger_id, kind, key, reason },
  };
}
