import { eq, sql } from "drizzle-orm";
import { expect, it } from "vitest";
import { workflowRunSteps, workflowRuns } from "../../db/schema/runs";
import { testDatabase } from "../../test/database";
import { makeArtifact, makeProject, makeRun } from "../../test/factories";
import { callerOf } from "../../test/people";

const database = testDatabase();

it("a project's sizes are those of its runs, by definition and by run, the largest first", async () => {
  const { db } = database;
  const made = await makeProject(db);
  const { projects } = callerOf(db, made.owner);
  const id = made.project.id;
  expect(await projects.sizes({ id })).toEqual({
    logs_bytes: 0,
    artifacts_bytes: 0,
    outputs_bytes: 0,
    uncounted: 0,
    definitions: [],
    runs: [],
  });
  const [small, large, empty] = [await makeRun(db, made), await makeRun(db, made), await makeRun(db, made)];
  // Those of another project are not among them.
  const other = await makeProject(db);
  await makeArtifact(db, other, await makeRun(db, other), { content: "theirs" });
  await makeArtifact(db, made, small, { content: "12345" });
  const gone = await makeArtifact(db, made, small, { content: "removed" });
  await db.execute(sql`update workflow_artifacts set removed_at = now() where id = ${gone.id}`);
  await db.update(workflowRuns).set({ log_bytes: 100 }).where(eq(workflowRuns.id, large.run.id));
  await db
    .update(workflowRunSteps)
    .set({ output: { a: 1 } })
    .where(eq(workflowRunSteps.workflow_run_id, large.run.id));
  await db.execute(
    sql`update workflow_runs set status = 'cancelled', cancelled_at = now() where id = ${empty.run.id}`,
  );
  const outputs_bytes = JSON.stringify({ a: 1 }).length;
  const all = { logs_bytes: 100, artifacts_bytes: 5, outputs_bytes };
  const none = { logs_bytes: 0, artifacts_bytes: 0, outputs_bytes: 0 };
  expect(await projects.sizes({ id })).toEqual({
    ...all,
    uncounted: 1,
    definitions: [
      { id: made.definition.id, name: made.definition.name, slug: made.definition.slug, runs: 3, ...all },
    ],
    runs: [
      {
        id: large.run.id,
        number: 2,
        name: "Test run",
        status: "pending",
        ...none,
        logs_bytes: 100,
        outputs_bytes,
      },
      { id: small.run.id, number: 1, name: "Test run", status: "pending", ...none, artifacts_bytes: 5 },
    ],
  });
});
