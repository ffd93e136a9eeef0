import { and, eq, isNotNull, or, sql } from "drizzle-orm";
import type { Db } from "../db/client";
import { prepared } from "../db/prepared";
import { agentSessions } from "../db/schema/agents";
import { workflowArtifacts, workflowComments } from "../db/schema/comments";
import { workflowDefinitions } from "../db/schema/definitions";
import { agentPermissionRequests } from "../db/schema/permissions";
import { projectMembers, projects } from "../db/schema/projects";
import { workflowRunSteps, workflowRuns } from "../db/schema/runs";
import { AppError } from "../lib/errors";
import type { Actor, PersonActor } from "./actor";
import type { Once } from "./once";
import { can, type ProjectRole, roleFor, type Scope } from "./roles";

/** Definitions of one name that are looked at: two are too many, and an id comes beside them. */
const MANY = 3;

declare const checked: unique symbol;

/** Proof that somebody may act in a project. Only this file makes one, so a write cannot forget the check. */
export interface ProjectScope {
  readonly project_id: string;
  readonly actor: Actor;
  readonly [checked]: true;
}

/** What the gate saw of the project when it let somebody in. */
export interface ReadScope extends ProjectScope {
  /** Number of the project's newest event then. */
  readonly event_seq: number;
}

/** A scope that came through a run; writes to the run ask for it. */
export interface RunScope extends ProjectScope {
  readonly run_id: string;
}

/** A scope that came through a comment of the run. */
export interface CommentScope extends RunScope {
  readonly comment_id: string;
  readonly role: ProjectRole;
}

/** A scope that came through an artifact of the run. */
export interface ArtifactScope extends RunScope {
  readonly artifact_id: string;
  /** The definition's id of the artifact's step. */
  readonly step_id: string;
}

/** A scope that came through a definition. */
export interface DefinitionScope extends ProjectScope {
  readonly definition_id: string;
}

/** What a command needs to know of its caller. */
export interface Caller {
  readonly db: Db;
  readonly actor: PersonActor;
  /** Set where an `Idempotency-Key` came with a create. */
  readonly once?: Once | undefined;
}

function prove<T extends object>(scope: T & { project_id: string; actor: Actor }): T & ProjectScope {
  return scope as T & ProjectScope;
}

/** For the worker and the system, which act in every project in their own name. */
export function workerScope(
  project_id: string,
  actor: Extract<Actor, { type: "worker" | "system" }>,
): ProjectScope {
  return prove({ project_id, actor });
}

function refuse(scope: Scope): never {
  throw new AppError(
    "FORBIDDEN",
    `This needs the role ${roleFor(scope)} in the project. An owner of the project can give it to you.`,
  );
}

function check(found: { role: ProjectRole | null } | undefined, what: string, scope: Scope): ProjectRole {
  if (!found) throw new AppError("NOT_FOUND", `There is no such ${what}.`);
  if (!found.role) {
    throw new AppError("FORBIDDEN", "You are not a member of this project. One of its owners can add you.");
  }
  if (!can(found.role, scope)) refuse(scope);
  return found.role;
}

const membership = (actor: PersonActor, project_id: typeof workflowRuns.project_id) =>
  and(eq(projectMembers.project_id, project_id), eq(projectMembers.user_id, actor.user_id));

/** A project with somebody's role in it. It stands before every list. */
const projectFor = prepared((db) =>
  db
    .select({ role: projectMembers.role, event_seq: projects.event_seq })
    .from(projects)
    .leftJoin(
      projectMembers,
      and(eq(projectMembers.project_id, projects.id), eq(projectMembers.user_id, sql.placeholder("user_id"))),
    )
    .where(eq(projects.id, sql.placeholder("project_id")))
    .prepare("project_for"),
);

/** Throws NOT_FOUND or FORBIDDEN unless the caller's role in the project has `scope`. One query. */
export async function authorizeProject(
  { db, actor }: Caller,
  project_id: string,
  scope: Scope,
): Promise<ReadScope> {
  const [found] = await projectFor(db).execute({ project_id, user_id: actor.user_id });
  check(found, "project", scope);
  return prove({ project_id, actor, event_seq: found?.event_seq ?? 0 });
}

/** As `authorizeProject`, for the project that the run belongs to. One query. */
export async function authorizeRun({ db, actor }: Caller, run_id: string, scope: Scope): Promise<RunScope> {
  const [found] = await db
    .select({ role: projectMembers.role, project_id: workflowRuns.project_id })
    .from(workflowRuns)
    .leftJoin(projectMembers, membership(actor, workflowRuns.project_id))
    .where(eq(workflowRuns.id, run_id));
  check(found, "run", scope);
  return prove({ project_id: found?.project_id ?? "", actor, run_id });
}

/**
 * As `authorizeProject`, for the project that the definition belongs to; it is named by its id, or by its slug. The
 * slug is looked for in the caller's projects, or in the one that is named. Throws CONFLICT where several have it.
 */
export async function authorizeDefinition(
  { db, actor }: Caller,
  id_or_slug: string,
  scope: Scope,
  project_id?: string | undefined,
): Promise<DefinitionScope> {
  const rows = await db
    .select({
      role: projectMembers.role,
      project_id: workflowDefinitions.project_id,
      id: workflowDefinitions.id,
    })
    .from(workflowDefinitions)
    .leftJoin(
      projectMembers,
      and(
        eq(projectMembers.project_id, workflowDefinitions.project_id),
        eq(projectMembers.user_id, actor.user_id),
      ),
    )
    .where(
      and(
        or(
          eq(workflowDefinitions.id, id_or_slug),
          and(eq(workflowDefinitions.slug, id_or_slug), isNotNull(projectMembers.role)),
        ),
        project_id === undefined ? undefined : eq(workflowDefinitions.project_id, project_id),
      ),
    )
    .limit(MANY);
  // An id is no slug of another but by a wild chance; then the id counts.
  const found = rows.find(({ id }) => id === id_or_slug) ?? rows[0];
  if (found?.id !== id_or_slug && rows.length > 1) {
    throw new AppError(
      "CONFLICT",
      `Several of your projects have a definition "${id_or_slug}". Say which by project_id, or name the definition by its id.`,
      [{ path: "project_id", message: "is needed, since several projects have this definition" }],
    );
  }
  check(found, "definition", scope);
  return prove({ project_id: found?.project_id ?? "", actor, definition_id: found?.id ?? "" });
}

/** As `authorizeRun`, for the run that the step (its row's id) belongs to. One query. */
export async function authorizeStep(
  { db, actor }: Caller,
  step_row_id: string,
  scope: Scope,
): Promise<RunScope> {
  const [found] = await db
    .select({ role: projectMembers.role, project_id: workflowRuns.project_id, run_id: workflowRuns.id })
    .from(workflowRunSteps)
    .innerJoin(workflowRuns, eq(workflowRuns.id, workflowRunSteps.workflow_run_id))
    .leftJoin(projectMembers, membership(actor, workflowRuns.project_id))
    .where(eq(workflowRunSteps.id, step_row_id));
  check(found, "step", scope);
  return prove({ project_id: found?.project_id ?? "", actor, run_id: found?.run_id ?? "" });
}

/** As `authorizeRun`, for the run that the comment belongs to. One query. */
export async function authorizeComment(
  { db, actor }: Caller,
  comment_id: string,
  scope: Scope,
): Promise<CommentScope> {
  const [found] = await db
    .select({ role: projectMembers.role, project_id: workflowRuns.project_id, run_id: workflowRuns.id })
    .from(workflowComments)
    .innerJoin(workflowRuns, eq(workflowRuns.id, workflowComments.workflow_run_id))
    .leftJoin(projectMembers, membership(actor, workflowRuns.project_id))
    .where(eq(workflowComments.id, comment_id));
  const role = check(found, "comment", scope);
  return prove({
    project_id: found?.project_id ?? "",
    actor,
    run_id: found?.run_id ?? "",
    comment_id,
    role,
  });
}

/** As `authorizeRun`, for the run that the artifact belongs to. One query. */
export async function authorizeArtifact(
  { db, actor }: Caller,
  artifact_id: string,
  scope: Scope,
): Promise<ArtifactScope> {
  const [found] = await db
    .select({
      role: projectMembers.role,
      project_id: workflowRuns.project_id,
      run_id: workflowRuns.id,
      step_id: workflowRunSteps.step_id,
    })
    .from(workflowArtifacts)
    .innerJoin(workflowRunSteps, eq(workflowRunSteps.id, workflowArtifacts.workflow_run_step_id))
    .innerJoin(workflowRuns, eq(workflowRuns.id, workflowRunSteps.workflow_run_id))
    .leftJoin(projectMembers, membership(actor, workflowRuns.project_id))
    .where(eq(workflowArtifacts.id, artifact_id));
  check(found, "artifact", scope);
  const { project_id = "", run_id = "", step_id = "" } = found ?? {};
  return prove({ project_id, actor, run_id, artifact_id, step_id });
}

/** As `authorizeProject`, for the project that the agent's session belongs to. One query. */
export async function authorizeAgentSession(
  { db, actor }: Caller,
  session_id: string,
  scope: Scope,
): Promise<ProjectScope> {
  const [found] = await db
    .select({ role: projectMembers.role, project_id: agentSessions.project_id })
    .from(agentSessions)
    .leftJoin(
      projectMembers,
      and(eq(projectMembers.project_id, agentSessions.project_id), eq(projectMembers.user_id, actor.user_id)),
    )
    .where(eq(agentSessions.id, session_id));
  check(found, "agent session", scope);
  return prove({ project_id: found?.project_id ?? "", actor });
}

/** As `authorizeRun`, for the run whose agent asks for the permission. One query. */
export async function authorizePermissionRequest(
  { db, actor }: Caller,
  request_id: string,
  scope: Scope,
): Promise<RunScope> {
  const [found] = await db
    .select({ role: projectMembers.role, project_id: workflowRuns.project_id, run_id: workflowRuns.id })
    .from(agentPermissionRequests)
    .innerJoin(workflowRunSteps, eq(workflowRunSteps.id, agentPermissionRequests.workflow_run_step_id))
    .innerJoin(workflowRuns, eq(workflowRuns.id, workflowRunSteps.workflow_run_id))
    .leftJoin(projectMembers, membership(actor, workflowRuns.project_id))
    .where(eq(agentPermissionRequests.id, request_id));
  check(found, "request for permission", scope);
  return prove({ project_id: found?.project_id ?? "", actor, run_id: found?.run_id ?? "" });
}
