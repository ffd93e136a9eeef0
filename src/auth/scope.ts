import { and, eq, isNotNull, or, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import type { ReadDb } from "../db/client";
import { prepared } from "../db/prepared";
import { agentSessions } from "../db/schema/agents";
import { workflowArtifacts, workflowComments } from "../db/schema/comments";
import { workflowDefinitions } from "../db/schema/definitions";
import { agentMessages } from "../db/schema/messages";
import { agentPermissionRequests } from "../db/schema/permissions";
import { projects } from "../db/schema/projects";
import { projectRoles } from "../db/schema/roles";
import { workflowRunSteps, workflowRuns } from "../db/schema/runs";
import { AppError } from "../lib/errors";
import { can, cappedRole, type ProjectRole, roleFor, type Scope, scopeForRole } from "../model/roles";
import type { Actor, PersonActor } from "./actor";
import type { Once } from "./once";
import { requireWholeAccount, tooSmall } from "./token-scopes";

/** Definitions read for one name: two slugs make it ambiguous, and one id may match besides. */
const MANY = 3;

declare const checked: unique symbol;

/** Proof that the actor's rights were checked. Only this file makes one, so no write forgets the check. */
export interface ProjectScope {
  readonly project_id: string;
  readonly actor: Actor;
  readonly [checked]: true;
}

/** What the gate read of the project while it checked rights. */
export interface ReadScope extends ProjectScope {
  /** Number of the project's newest event at that time. */
  readonly event_seq: number;
}

/** A scope checked for one run; writes to the run require it. */
export interface RunScope extends ProjectScope {
  readonly run_id: string;
}

/** A scope checked for one comment of the run. */
export interface CommentScope extends RunScope {
  readonly comment_id: string;
  readonly role: ProjectRole;
}

/** A scope checked for one artifact of the run. */
export interface ArtifactScope extends RunScope {
  readonly artifact_id: string;
  /** The step's id in the definition. */
  readonly step_id: string;
}

/** A scope checked for one definition. */
export interface DefinitionScope extends ProjectScope {
  readonly definition_id: string;
}

/** Proof for what needs no project: what a person does to their own account, or an administrator to the installation. */
export interface AccountScope {
  readonly project_id: null;
  readonly actor: PersonActor;
  readonly [checked]: true;
}

/** What a command knows of its caller. */
export interface Caller {
  /** It only reads: a command writes by `transact`, which leaves its row in the audit record. */
  readonly db: ReadDb;
  readonly actor: PersonActor;
  /** The client's address; absent where no client asks. */
  readonly address?: string | undefined;
  /** Set if the request has an `Idempotency-Key`. */
  readonly once?: Once | undefined;
}

function prove<T extends object>(scope: T & { project_id: string; actor: Actor }): T & ProjectScope {
  return scope as T & ProjectScope;
}

/** For what everybody may do with an account: to their own, or by rights that the command checks itself. */
export const ownScope = ({ actor }: Caller): AccountScope =>
  ({ project_id: null, actor }) as unknown as AccountScope;

/** As `ownScope`, for administrators of the installation alone. Throws FORBIDDEN. */
export function authorizeAdministrator(caller: Caller): AccountScope {
  requireWholeAccount(caller.actor);
  if (!caller.actor.is_admin) {
    throw new AppError("FORBIDDEN", "Only an administrator of this installation may do that.");
  }
  return ownScope(caller);
}

/** A scope without a check, for the worker and the system, which act in every project. */
export function workerScope(
  project_id: string,
  actor: Extract<Actor, { type: "worker" | "system" }>,
): ProjectScope {
  return prove({ project_id, actor });
}

/** Projects whose gate refused, by what it threw: for the audit record. */
const refusedBy = new WeakMap<AppError, string>();

/** The project that a refusal was about; null where it was none. */
export const refusedProject = (refusal: AppError): string | null => refusedBy.get(refusal) ?? null;

/** Notes which project a refusal is about, for the audit record of its owners. */
export function refusedIn(project_id: string, refusal: AppError): AppError {
  refusedBy.set(refusal, project_id);
  return refusal;
}

const needsRole = (scope: Scope) =>
  new AppError(
    "FORBIDDEN",
    `This needs the role ${roleFor(scope)} in the project. An owner of the project can give it to you.`,
  );

/** The role in which the person acts: a token's scopes cap what its person may. */
export function roleOf(actor: PersonActor, role: ProjectRole): ProjectRole {
  return actor.type === "token" ? cappedRole(role, actor.scopes) : role;
}

/** True unless the actor is a token for another project. */
const sees = (actor: PersonActor, project_id: string) =>
  actor.type === "user" || actor.project_id === null || actor.project_id === project_id;

/** Why somebody who has no role in a project is refused. */
export function noMember(actor: PersonActor): AppError {
  const message =
    actor.type === "token" && actor.project_id !== null
      ? "This token is for another project. Make one for this project, or for all of yours."
      : "You are not a member of this project. One of its owners can add you.";
  return new AppError("FORBIDDEN", message);
}

/** What was found, with the role in which the caller acts in its project. Throws unless that role has the scope. */
function check<F extends { role: ProjectRole | null; project_id: string }>(
  found: F | undefined,
  actor: PersonActor,
  what: string,
  scope: Scope,
) {
  if (!found) throw new AppError("NOT_FOUND", `There is no such ${what}.`);
  const { project_id } = found;
  if (!found.role) throw refusedIn(project_id, noMember(actor));
  if (!can(found.role, scope)) throw refusedIn(project_id, needsRole(scope));
  const role = roleOf(actor, found.role);
  if (!can(role, scope)) throw refusedIn(project_id, tooSmall(scopeForRole(roleFor(scope))));
  return { ...found, role };
}

/**
 * SQL for a join with `project_roles`: the caller's own role in this project. With a token for one project
 * every other one has none, so it is in no list, search or download.
 */
export function membership(actor: PersonActor, project_id: PgColumn) {
  return and(
    eq(projectRoles.project_id, project_id),
    eq(projectRoles.user_id, actor.user_id),
    actor.type === "token" && actor.project_id !== null ? eq(project_id, actor.project_id) : undefined,
  );
}

const OF_RUN = { role: projectRoles.role, project_id: workflowRuns.project_id, run_id: workflowRuns.id };

/** A person's role in a project and its newest event number; prepared, since it runs before every list. */
const projectFor = prepared((db) =>
  db
    .select({ role: projectRoles.role, event_seq: projects.event_seq })
    .from(projects)
    .leftJoin(
      projectRoles,
      and(eq(projectRoles.project_id, projects.id), eq(projectRoles.user_id, sql.placeholder("user_id"))),
    )
    .where(eq(projects.id, sql.placeholder("project_id")))
    .prepare("project_for"),
);

/** The gate: throws NOT_FOUND or FORBIDDEN unless the caller's role in the project has `scope`. One query. */
export async function authorizeProject(
  { db, actor }: Caller,
  project_id: string,
  scope: Scope,
): Promise<ReadScope> {
  const [row] = await projectFor(db).execute({ project_id, user_id: actor.user_id });
  const found = row && { ...row, project_id, role: sees(actor, project_id) ? row.role : null };
  const { event_seq } = check(found, actor, "project", scope);
  return prove({ project_id, actor, event_seq });
}

/** As `authorizeProject`, for the project that the run belongs to. One query. */
export async function authorizeRun({ db, actor }: Caller, run_id: string, scope: Scope): Promise<RunScope> {
  const [found] = await db
    .select({ role: projectRoles.role, project_id: workflowRuns.project_id })
    .from(workflowRuns)
    .leftJoin(projectRoles, membership(actor, workflowRuns.project_id))
    .where(eq(workflowRuns.id, run_id));
  const { project_id } = check(found, actor, "run", scope);
  return prove({ project_id, actor, run_id });
}

/**
 * As `authorizeProject`, for the project of the definition with this id or slug. A slug is searched in the
 * named project, else in all of the caller's. Throws CONFLICT if several definitions have it.
 */
export async function authorizeDefinition(
  { db, actor }: Caller,
  id_or_slug: string,
  scope: Scope,
  project_id?: string | undefined,
): Promise<DefinitionScope> {
  const rows = await db
    .select({
      role: projectRoles.role,
      project_id: workflowDefinitions.project_id,
      id: workflowDefinitions.id,
    })
    .from(workflowDefinitions)
    .leftJoin(projectRoles, membership(actor, workflowDefinitions.project_id))
    .where(
      and(
        or(
          eq(workflowDefinitions.id, id_or_slug),
          and(eq(workflowDefinitions.slug, id_or_slug), isNotNull(projectRoles.role)),
        ),
        project_id === undefined ? undefined : eq(workflowDefinitions.project_id, project_id),
      ),
    )
    .limit(MANY);
  // A slug could look like another definition's id; then the id wins.
  const found = rows.find(({ id }) => id === id_or_slug) ?? rows[0];
  if (found?.id !== id_or_slug && rows.length > 1) {
    throw new AppError(
      "CONFLICT",
      `Several of your projects have a definition "${id_or_slug}". Say which by project_id, or name the definition by its id.`,
      [{ path: "project_id", message: "is needed, since several projects have this definition" }],
    );
  }
  const definition = check(found, actor, "definition", scope);
  return prove({ project_id: definition.project_id, actor, definition_id: definition.id });
}

/** As `authorizeRun`, for the run of this step (by its row's id). One query. */
export async function authorizeStep(
  { db, actor }: Caller,
  step_row_id: string,
  scope: Scope,
): Promise<RunScope> {
  const [found] = await db
    .select(OF_RUN)
    .from(workflowRunSteps)
    .innerJoin(workflowRuns, eq(workflowRuns.id, workflowRunSteps.workflow_run_id))
    .leftJoin(projectRoles, membership(actor, workflowRuns.project_id))
    .where(eq(workflowRunSteps.id, step_row_id));
  const { project_id, run_id } = check(found, actor, "step", scope);
  return prove({ project_id, actor, run_id });
}

/** As `authorizeRun`, for the comment's run. One query. */
export async function authorizeComment(
  { db, actor }: Caller,
  comment_id: string,
  scope: Scope,
): Promise<CommentScope> {
  const [found] = await db
    .select(OF_RUN)
    .from(workflowComments)
    .innerJoin(workflowRuns, eq(workflowRuns.id, workflowComments.workflow_run_id))
    .leftJoin(projectRoles, membership(actor, workflowRuns.project_id))
    .where(eq(workflowComments.id, comment_id));
  const { project_id, run_id, role } = check(found, actor, "comment", scope);
  return prove({ project_id, actor, run_id, comment_id, role });
}

/** As `authorizeRun`, for the artifact's run. One query. */
export async function authorizeArtifact(
  { db, actor }: Caller,
  artifact_id: string,
  scope: Scope,
): Promise<ArtifactScope> {
  const [found] = await db
    .select({ ...OF_RUN, step_id: workflowRunSteps.step_id })
    .from(workflowArtifacts)
    .innerJoin(workflowRunSteps, eq(workflowRunSteps.id, workflowArtifacts.workflow_run_step_id))
    .innerJoin(workflowRuns, eq(workflowRuns.id, workflowRunSteps.workflow_run_id))
    .leftJoin(projectRoles, membership(actor, workflowRuns.project_id))
    .where(eq(workflowArtifacts.id, artifact_id));
  const { project_id, run_id, step_id } = check(found, actor, "artifact", scope);
  return prove({ project_id, actor, run_id, artifact_id, step_id });
}

/** As `authorizeProject`, for the project of this agent session. One query. */
export async function authorizeAgentSession(
  { db, actor }: Caller,
  session_id: string,
  scope: Scope,
): Promise<ProjectScope> {
  const [found] = await db
    .select({ role: projectRoles.role, project_id: agentSessions.project_id })
    .from(agentSessions)
    .leftJoin(projectRoles, membership(actor, agentSessions.project_id))
    .where(eq(agentSessions.id, session_id));
  const { project_id } = check(found, actor, "agent session", scope);
  return prove({ project_id, actor });
}

/** As `authorizeRun`, for the run whose agent the message is for. One query. */
export async function authorizeAgentMessage(
  { db, actor }: Caller,
  message_id: string,
  scope: Scope,
): Promise<RunScope> {
  const [found] = await db
    .select(OF_RUN)
    .from(agentMessages)
    .innerJoin(workflowRuns, eq(workflowRuns.id, agentMessages.workflow_run_id))
    .leftJoin(projectRoles, membership(actor, workflowRuns.project_id))
    .where(eq(agentMessages.id, message_id));
  const { project_id, run_id } = check(found, actor, "message", scope);
  return prove({ project_id, actor, run_id });
}

/** As `authorizeRun`, for the run whose agent asked for this permission. One query. */
export async function authorizePermissionRequest(
  { db, actor }: Caller,
  request_id: string,
  scope: Scope,
): Promise<RunScope> {
  const [found] = await db
    .select(OF_RUN)
    .from(agentPermissionRequests)
    .innerJoin(workflowRunSteps, eq(workflowRunSteps.id, agentPermissionRequests.workflow_run_step_id))
    .innerJoin(workflowRuns, eq(workflowRuns.id, workflowRunSteps.workflow_run_id))
    .leftJoin(projectRoles, membership(actor, workflowRuns.project_id))
    .where(eq(agentPermissionRequests.id, request_id));
  const { project_id, run_id } = check(found, actor, "request for permission", scope);
  return prove({ project_id, actor, run_id });
}
