import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { eq, inArray } from "drizzle-orm";
import { ensureMachine } from "../../auth/machines";
import { workerScope } from "../../auth/scope";
import { createToken } from "../../auth/tokens";
import type { Db } from "../../db/client";
import { agentSessions } from "../../db/schema/agents";
import { workflowArtifacts, workflowComments } from "../../db/schema/comments";
import { workflowDefinitionRevisions, workflowDefinitions } from "../../db/schema/definitions";
import { labels } from "../../db/schema/labels";
import { agentMessages } from "../../db/schema/messages";
import { groups } from "../../db/schema/people";
import { agentPermissionRequests } from "../../db/schema/permissions";
import { projectMembers } from "../../db/schema/projects";
import { projectGroups } from "../../db/schema/roles";
import {
  workflowLogChunks,
  workflowRunStepAttempts,
  workflowRunSteps,
  workflowRuns,
} from "../../db/schema/runs";
import { workflowTriggers } from "../../db/schema/triggers";
import { runViews } from "../../db/schema/views";
import { artifactsKey } from "../../engine/logs/paths";
import { emit } from "../../events/emit";
import { progress } from "../../events/progress";
import { newId } from "../../lib/ids";
import { PROJECT_ROLES, type ProjectRole } from "../../model/roles";
import { type MadeProject, makeProject, makeRun } from "../factories";
import { makePerson } from "../people";
import { makeAccount, type Person } from "./people";

/** The ids that inputs may hold: all of one project, and its comments and token of one person. */
export interface Ids {
  project_id: string;
  project_slug: string;
  /** It has runs. */
  definition_id: string;
  /** It has none. */
  unused_definition_id: string;
  unused_definition_slug: string;
  /** A webhook of the definition that has runs. */
  trigger_id: string;
  pending_run_id: string;
  running_run_id: string;
  paused_run_id: string;
  ended_run_id: string;
  /** The row of the pending run's step; it has an attempt that ended. */
  step_id: string;
  /** On the pending run, by whoever asks. */
  comment_id: string;
  /** Of that step, attached to no comment. */
  artifact_id: string;
  /** Of that step, attached to a comment. */
  attached_artifact_id: string;
  agent_session_id: string;
  /** Of that step; nobody waits for its answer any more. */
  permission_request_id: string;
  /** To the agent of that step, by whoever asks; it waits. */
  message_id: string;
  /** A member whom no test needs. */
  member_user_id: string;
  /** Somebody with an account who is a member of nothing. */
  leaver_user_id: string;
  /** A group with no role in the project, and one that has the role viewer. */
  group_id: string;
  given_group_id: string;
  label_id: string;
  /** Everybody's, made by a member whom no test needs. */
  view_id: string;
  /** A token of whoever asks. */
  token_id: string;
  /** Of the project's machine account. */
  machine_token_id: string;
  /** Another session of whoever asks. */
  session_id: string;
}

/** Those who have roles in every fixture's project. */
export type Members = Record<ProjectRole, Person>;

export interface Fixture {
  /** As this person's inputs would have them. */
  ids(role: ProjectRole): Ids;
  /** Ids of the same project that belong to another of its runs. */
  siblings: Pick<Ids, "step_id" | "comment_id" | "artifact_id">;
}

/** A project with one of everything, whose members are `members`; `also` are owners too. */
export async function makeFixture(
  db: Db,
  members: Members,
  spare: Person,
  also: Person[] = [],
): Promise<Fixture> {
  const made = await makeProject(db);
  const project_id = made.project.id;
  await db
    .insert(projectMembers)
    .values([
      ...PROJECT_ROLES.map((role) => ({ project_id, user_id: members[role].user_id, role })),
      { project_id, user_id: spare.user_id, role: "viewer" as const },
      ...also.map(({ user_id }) => ({ project_id, user_id, role: "owner" as const })),
    ]);
  const [unused, pending, paused, running, ended] = await Promise.all([
    makeUnusedDefinition(db, made),
    makeRunWithAll(db, made, members),
    makeRunWithAll(db, made, members),
    makeRun(db, made),
    makeRun(db, made),
  ]);
  await db
    .update(workflowRuns)
    .set({ status: "running" })
    .where(inArray(workflowRuns.id, [running.run.id, paused.run_id]));
  const [group_id, given_group_id] = [newId(), newId()];
  const leaver = await makePerson(db, "Leaver");
  await db.insert(groups).values([group_id, given_group_id].map((id) => ({ id, name: `Group ${id}` })));
  await db.insert(projectGroups).values({ project_id, group_id: given_group_id, role: "viewer" });
  const machine = await db.transaction(async (tx) =>
    createToken(tx, { user_id: await ensureMachine(tx, project_id), name: "ci", project_id }),
  );
  const agent_session_id = newId();
  const permission_request_id = newId();
  const messages = Object.fromEntries(PROJECT_ROLES.map((role) => [role, newId()]));
  const trigger_id = newId();
  const label_id = newId();
  const view_id = newId();
  await Promise.all([
    db.update(workflowRuns).set({ status: "paused" }).where(eq(workflowRuns.id, paused.run_id)),
    db.update(workflowRuns).set({ status: "cancelled" }).where(eq(workflowRuns.id, ended.run.id)),
    db.insert(agentSessions).values({
      id: agent_session_id,
      project_id,
      agent: "claude",
      status: "completed",
      transcript_path: TRANSCRIPT,
    }),
    db.insert(labels).values({ id: label_id, project_id, name: "release", color: "blue" }),
    db
      .insert(runViews)
      .values({ id: view_id, project_id, created_by: spare.user_id, name: "V", query: "", shared: true }),
    db.insert(workflowTriggers).values({
      id: trigger_id,
      workflow_definition_id: made.definition.id,
      kind: "webhook",
      key: "default",
      spec: { key: "default", args: {}, if: null },
      enabled: true,
    }),
    writeIn(made, TRANSCRIPT, '{"t":1}\n'),
    // So that a stream of the project's events has something to bring.
    progress(db, async (tx) =>
      emit(tx, workerScope(project_id, { type: "system" }), "workflow.execution.created", {
        execution_id: pending.run_id,
      }),
    ),
  ]);
  await db.insert(agentPermissionRequests).values({
    id: permission_request_id,
    agent_session_id,
    workflow_run_step_id: pending.step_id,
    attempt: 1,
    tool_call: {
      id: "1",
      title: "Remove all",
      kind: null,
      locations: [],
      content: [],
      input: null,
      is_cut: false,
    },
    options: [{ option_id: "yes", name: "Yes", kind: "allow_once" }],
    status: "withdrawn",
  });
  // So that the session is found by its step, which is pending and takes messages.
  await db.update(workflowRunSteps).set({ agent_session_id }).where(eq(workflowRunSteps.id, pending.step_id));
  await db.insert(agentMessages).values(
    PROJECT_ROLES.map((role) => ({
      id: messages[role],
      workflow_run_id: pending.run_id,
      workflow_run_step_id: pending.step_id,
      text: "And the docs?",
      created_by: members[role].user_id,
      created_by_name: "Somebody",
    })),
  );
  return {
    siblings: {
      step_id: paused.step_id,
      comment_id: paused.comments.owner,
      artifact_id: paused.artifact_id,
    },
    ids: (role) => ({
      project_id,
      project_slug: made.project.slug,
      definition_id: made.definition.id,
      unused_definition_id: unused.id,
      unused_definition_slug: unused.slug,
      trigger_id,
      pending_run_id: pending.run_id,
      running_run_id: running.run.id,
      paused_run_id: paused.run_id,
      ended_run_id: ended.run.id,
      step_id: pending.step_id,
      comment_id: pending.comments[role],
      artifact_id: pending.artifact_id,
      attached_artifact_id: pending.attached_artifact_id,
      agent_session_id,
      permission_request_id,
      message_id: messages[role] ?? "",
      member_user_id: spare.user_id,
      leaver_user_id: leaver.user_id,
      group_id,
      given_group_id,
      label_id,
      view_id,
      token_id: members[role].token_id,
      session_id: members[role].session_id,
      machine_token_id: machine.row.id,
    }),
  };
}

async function writeIn({ project }: MadeProject, key: string, text: string): Promise<void> {
  const path = join(project.path, key);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

const TRANSCRIPT = ".agent/sessions/one.jsonl";

async function makeUnusedDefinition(db: Db, { project, compiled }: MadeProject) {
  const id = newId();
  const slug = `unused-${id}`;
  const path = `.agent/workflows/definitions/${slug}.yaml`;
  const { phases } = compiled;
  await db.insert(workflowDefinitions).values({
    id,
    project_id: project.id,
    name: "Unused",
    slug,
    type: "yaml",
    path,
    phases,
    status: "active",
  });
  await db.insert(workflowDefinitionRevisions).values({
    workflow_definition_id: id,
    number: 1,
    sha256: "0".repeat(64),
    source: "name: Unused",
    compiled,
  });
  return { id, slug };
}

/** A run with a comment by each role, two artifacts, and a step whose log has a line. */
async function makeRunWithAll(db: Db, made: MadeProject, members: Members) {
  const { run, steps } = await makeRun(db, made);
  const step_id = steps[0]?.id ?? "";
  const comments = Object.fromEntries(PROJECT_ROLES.map((role) => [role, newId()])) as Record<
    ProjectRole,
    string
  >;
  const [artifact_id, attached_artifact_id, attempt_id] = [newId(), newId(), newId()];
  const artifact = (id: string, workflow_comment_id: string | null) => ({
    id,
    workflow_run_step_id: step_id,
    workflow_comment_id,
    name: "notes.txt",
    file_path: `${artifactsKey(run.id, steps[0]?.step_id ?? "")}/${id}`,
    file_type: "document" as const,
    mime_type: "text/plain",
    size_bytes: 5,
    sha256: "0".repeat(64),
  });
  await db.insert(workflowComments).values(
    PROJECT_ROLES.map((role) => ({
      id: comments[role],
      workflow_run_id: run.id,
      text: "A comment",
      comment_type: "user" as const,
      anchor: { kind: "image" as const, artifact_id, x: 0, y: 0, width: 1, height: 1 },
      created_by: members[role].user_id,
    })),
  );
  const artifacts = [artifact(artifact_id, null), artifact(attached_artifact_id, comments.owner)];
  await Promise.all([
    db.insert(workflowArtifacts).values(artifacts),
    ...artifacts.map(({ file_path }) => writeIn(made, file_path, "hello")),
    db.insert(workflowRunStepAttempts).values({
      id: attempt_id,
      workflow_run_step_id: step_id,
      number: 1,
      status: "completed",
      log_directory_path: "none",
    }),
  ]);
  await db
    .insert(workflowLogChunks)
    .values({ attempt_id, type: "events", offset: 0, bytes: Buffer.from('{"t":0,"text":"hello"}\n') });
  return { run_id: run.id, step_id, comments, artifact_id, attached_artifact_id };
}

/** One account for each role. */
export async function makeRoles(db: Db): Promise<Members> {
  const accounts = PROJECT_ROLES.map(async (role) => [role, await makeAccount(db, role)] as const);
  return Object.fromEntries(await Promise.all(accounts)) as Members;
}
