import { and, asc, eq, isNull } from "drizzle-orm";
import type { Caller } from "../../auth/scope";
import { refusalOfPart, requireWholeAccount } from "../../auth/token-scopes";
import type { ReadDb, Tx } from "../../db/client";
import { projects } from "../../db/schema/projects";
import { users } from "../../db/schema/users";
import { AppError } from "../../lib/errors";
import { namesOr } from "../../lib/names-or";
import { readSettings } from "../../lib/settings";
import type { MayCreate } from "./schema";

/** How many administrators the error names; the others are counted. */
const NAMED = 3;

const isRefused = ({ actor }: Caller) =>
  readSettings().projectCreators === "administrators" && !actor.is_admin;

/** Throws FORBIDDEN unless the caller may create projects; the message names people who may. */
export async function refuseOthers(caller: Caller): Promise<void> {
  requireWholeAccount(caller.actor);
  if (isRefused(caller)) throw new AppError("FORBIDDEN", await onlyAdministrators(caller.db));
}

/**
 * Throws CONFLICT if the caller has created as many projects as one person may. Call it under `lockFolders`.
 */
export async function refuseMore(tx: Tx, caller: Caller): Promise<void> {
  const reason = await tooMany(tx, caller);
  if (reason) throw new AppError("CONFLICT", reason);
}

export async function mayCreate(caller: Caller): Promise<MayCreate> {
  const reason =
    refusalOfPart(caller.actor)?.message ??
    (isRefused(caller) ? await onlyAdministrators(caller.db) : await tooMany(caller.db, caller));
  return { allowed: reason === null, reason };
}

async function tooMany(db: ReadDb, { actor }: Caller): Promise<string | null> {
  const { projectsPerPerson } = readSettings();
  const made = await db.$count(projects, eq(projects.created_by, actor.user_id));
  return made < projectsPerPerson
    ? null
    : `You have made ${made} projects, as many as one person may here. Delete one, or ask whoever runs the server to raise PHASEBOARD_PROJECTS_PER_PERSON.`;
}

async function onlyAdministrators(db: ReadDb): Promise<string> {
  const administrators = await db
    .select({ name: users.name })
    .from(users)
    .where(and(eq(users.is_admin, true), isNull(users.disabled_at)))
    .orderBy(asc(users.created_at), asc(users.id));
  const rest = administrators.length - NAMED;
  const names = administrators.slice(0, NAMED).map(({ name }) => name);
  if (rest > 0) names.push(`${rest} more`);
  return names.length > 0
    ? `Only administrators make projects here. Ask ${namesOr(names)}.`
    : "Only administrators make projects here, and there is none. Whoever runs the server can make one: npx phaseboard user create --admin.";
}
