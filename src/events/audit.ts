import { type SQL, sql } from "drizzle-orm";
import type { Actor, PersonActor } from "../auth/actor";
import type { AccountScope, Caller, ProjectScope } from "../auth/scope";
import { toIso } from "../db/schema/columns";
import { newId } from "../lib/ids";

/** A procedure's path, as `members.add`, or what else is done here, as `sessions.signIn`. */
export type AuditAction = `${string}.${string}`;

/** Who acts where nobody's account does: the server's command line, or a person who is not known yet. */
type AuditActor =
  | Actor
  | { type: "user"; user_id: string; name: string }
  | { type: "command_line"; name: string }
  | { type: "anonymous" };

/** What was acted on. Its name is read at the end of the transaction where it is left out. */
export interface AuditTarget {
  type: string;
  id: string | null;
  name?: string | null;
}

type Facts = Record<string, unknown>;

/** What a command says of its change. Never a secret. */
export interface AuditDetails {
  /** Where a command acts for an account that did not ask for it. */
  actor?: AuditActor;
  /** Absent: what the scope was checked for. */
  target?: AuditTarget;
  /** Where the scope knows no project, or its row is gone at the end. */
  project?: { id: string; name: string };
  before?: Facts;
  after?: Facts;
}

/** One row of the record, without what the database knows. */
export interface AuditRecord extends AuditDetails {
  /** Given for what is recorded once: a second row of the id is left out. */
  id?: string;
  action: AuditAction;
  outcome: "done" | "refused";
  actor: AuditActor;
  address: string | null;
  project_id: string | null;
}

/** Longer texts are cut: the record says what was done, and is no second store of it. */
const MOST_CHARACTERS = 2_000;

/** The record of a caller's action in a scope. */
export function recordOf(
  { actor, address }: Pick<Caller, "actor" | "address">,
  scope: ProjectScope | AccountScope,
  action: AuditAction,
): AuditRecord {
  const target = targetOf(scope, actor);
  return { action, outcome: "done", actor, address: address ?? null, project_id: scope.project_id, target };
}

/** The narrowest thing that the scope was checked for. */
function targetOf(scope: ProjectScope | AccountScope, { user_id, name }: PersonActor): AuditTarget {
  const ids = scope as unknown as Partial<Record<string, unknown>>;
  for (const type of ["comment", "artifact", "definition", "run", "project"]) {
    const id = ids[`${type}_id`];
    if (typeof id === "string") return { type, id };
  }
  return { type: "user", id: user_id, name };
}

/** The fields whose values differ, as they were and as they are: `before` and `after` of a change. */
export function changed(before: Facts, after: Facts): Pick<AuditDetails, "before" | "after"> {
  const names = Object.keys(after).filter(
    (name) => after[name] !== undefined && JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  const pick = (of: Facts) => Object.fromEntries(names.map((name) => [name, of[name] ?? null]));
  return { before: pick(before), after: pick(after) };
}

/** Tables whose rows have names. */
const NAMED: Record<string, SQL> = {
  run: sql`(select '#' || number || ' ' || name from workflow_runs where id = `,
  definition: sql`(select name from workflow_definitions where id = `,
  project: sql`(select name from projects where id = `,
  user: sql`(select name from users where id = `,
  artifact: sql`(select name from workflow_artifacts where id = `,
};

/** The statement that writes the record and gives its row as JSON. */
export function auditWrite(record: AuditRecord): SQL {
  const { actor, target, project } = record;
  const project_id = project?.id ?? record.project_id;
  const [actor_id, actor_name] = whoOf(actor);
  const lookup = target?.id && target.name === undefined ? NAMED[target.type] : undefined;
  const target_name = lookup ? sql`${lookup}${target?.id})` : sql`${target?.name ?? null}::text`;
  const project_name =
    project || project_id === null
      ? sql`${project?.name ?? null}::text`
      : sql`(select name from projects where id = ${project_id})`;
  return sql`
    insert into audit_log (id, action, outcome, actor_type, actor_id, actor_name, session_id, token_id, address, project_id,
                           project_name, target_type, target_id, target_name, before, after)
    values (${record.id ?? newId()}, ${record.action}, ${record.outcome}, ${actor.type}, ${actor_id}, ${actor_name},
            ${textOf(actor, "session_id")}, ${textOf(actor, "token_id")}, ${record.address}, ${project_id},
            ${project_name}, ${target?.type ?? null}, ${target?.id ?? null}, ${target_name},
            ${json(record.before)}::jsonb, ${json(record.after)}::jsonb)
    on conflict (id) do nothing
    returning to_jsonb(audit_log) as row`;
}

/** A row as the list and the export have it. */
export function auditLine(row: Record<string, unknown>): string {
  return `${JSON.stringify({ ...row, created_at: toIso(String(row.created_at)) })}\n`;
}

function whoOf(actor: AuditActor): [id: string | null, name: string | null] {
  if ("user_id" in actor) return [actor.user_id, actor.name];
  if (actor.type === "worker") return [actor.worker_id, null];
  return [null, "name" in actor ? actor.name : null];
}

function textOf(actor: AuditActor, name: "session_id" | "token_id"): string | null {
  const value = (actor as Partial<Record<string, unknown>>)[name];
  return typeof value === "string" ? value : null;
}

const json = (facts: Facts | undefined) =>
  facts === undefined
    ? null
    : JSON.stringify(facts, (_, value: unknown) => (typeof value === "string" ? shortened(value) : value));

function shortened(text: string): string {
  const short = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
  // Postgres keeps neither of these as JSON: halves of characters, and the one that is nothing.
  return Buffer.from(short).toString().replaceAll("\0", "");
}
