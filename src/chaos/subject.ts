import { setTimeout as sleep } from "node:timers/promises";
import { eq, sql } from "drizzle-orm";
import type { Caller } from "../auth/scope";
import { createUser } from "../auth/users";
import type { Db } from "../db/client";
import { projectMembers, projects } from "../db/schema/projects";
import { users } from "../db/schema/users";
import { syncDefinitions } from "../features/definitions/commands/sync-definitions";
import { git } from "../git/git";
import { waitFor } from "../lib/wait-for";
import { reconcile } from "../queue/reconcile";
import { sweep } from "../storage/sweep";
import { fileLogs } from "../worker/logs/file-logs";
import { writeMix } from "./mix";

/** A user who owns all that the harness makes. */
export async function makeCaller(db: Db): Promise<Caller & { db: Db }> {
  const { id } = await createUser(db, {
    email: "chaos@example.com",
    name: "Chaos",
    password: "chaos-password",
  });
  const [user] = await db.select().from(users).where(eq(users.id, id));
  if (!user) throw new Error("the user's row did not come back");
  const { name, email, is_admin } = user;
  return { db, actor: { type: "user", user_id: id, name, email, is_admin, session_id: null } };
}

/** Makes a project with the definitions of the mix, and gives its id. Its limit makes some runs wait. */
export async function makeProject(caller: Caller & { db: Db }, path: string, agent: string): Promise<string> {
  await writeMix(path, agent);
  await makeRepository(path);
  const values = {
    name: "Chaos",
    slug: "chaos",
    path,
    max_concurrent_runs: 40,
    workspace: "shared",
    shared_at_once: true,
  } as const;
  const [project] = await caller.db.insert(projects).values(values).returning();
  if (!project) throw new Error("the project's row did not come back");
  const { user_id } = caller.actor;
  await caller.db.insert(projectMembers).values({ project_id: project.id, user_id, role: "owner" });
  const { invalid } = await syncDefinitions(caller, { project_id: project.id });
  if (invalid > 0) throw new Error(`${invalid} definitions of the mix are not right`);
  return project.id;
}

/** Runs with a clone of their own begin from its one commit. */
async function makeRepository(path: string): Promise<void> {
  await git(["init", "--quiet", "--initial-branch=main"], { cwd: path });
  await git(["add", "--all"], { cwd: path });
  await git(["commit", "--quiet", "--message=The mix"], { cwd: path });
}

/** Does at once what timers would do later: turn logs into files, and sweep files that killed workers left. */
export async function settle(db: Db): Promise<void> {
  await waitFor(async () => {
    const { rows: runs } = await db.execute<{ id: string }>(sql`
      select distinct s.workflow_run_id as id from workflow_log_chunks c
      join workflow_run_step_attempts a on a.id = c.attempt_id
      join workflow_run_steps s on s.id = a.workflow_run_step_id`);
    for (const { id } of runs) await fileLogs(db, id);
    await reconcile(db);
    await sweep(db);
    const [left] = (
      await db.execute<{ n: number }>(sql`
      select ((select count(*) from workflow_log_chunks) + (select count(*) from storage_deletions)
        + (select count(*) from graphile_worker.jobs where key is null))::int as n`)
    ).rows;
    if (left?.n === 0) return true;
    await sleep(500);
    return false;
  }, 30_000);
}
