import { eq, sql } from "drizzle-orm";
import { expect, it } from "vitest";
import { workerScope } from "../../auth/scope";
import { looks } from "../../db/schema/looks";
import { workflowRuns } from "../../db/schema/runs";
import { progress } from "../../events/progress";
import { project } from "../../journal/project";
import { testDatabase } from "../../test/database";
import { makeProject, makeRun } from "../../test/factories";
import { addRole, callerOf, makePerson } from "../../test/people";

const database = testDatabase();

it("tells what changed since the visit before, of a board and of a run, and a reload is no visit", async () => {
  const made = await makeProject(database.db);
  const { id: project_id } = made.project;
  const ann = await makePerson(database.db, "Ann");
  await addRole(database.db, project_id, ann, "member");
  const [{ run }, { run: other }] = [await makeRun(database.db, made), await makeRun(database.db, made)];
  const { looks: api, comments } = callerOf(database.db, ann);
  const both = async () => [await api.note({ project_id }), await api.note({ project_id, run_id: run.id })];
  const goAway = () =>
    database.db
      .update(looks)
      .set({ seen_at: sql`now() - interval '20 minutes'` })
      .where(eq(looks.user_id, ann.user_id));

  for (const changed of await both()) expect(changed).toMatchObject({ since: null, failed: 0, comments: 0 });
  await goAway();
  for (const [id, status] of [
    [run.id, "failed"],
    [other.id, "completed"],
  ] as const) {
    await database.db.update(workflowRuns).set({ status: "running" }).where(eq(workflowRuns.id, id));
    await progress(database.db, (tx) =>
      project(tx, workerScope(project_id, { type: "system" }), { id, current_phase: null }, [
        { kind: "finished", status, error_message: null, output: null },
      ]),
    );
  }
  await comments.create({ run_id: run.id, text: "Hm" });
  for (let visit = 0; visit < 2; visit++) {
    const [board, ofRun] = await both();
    expect(board).toMatchObject({
      since: expect.stringMatching(/Z$/),
      failed: 1,
      completed: 1,
      comments: 1,
      is_more: false,
    });
    expect(ofRun).toMatchObject({ since: board?.since, failed: 1, completed: 0, comments: 1 });
  }
  await goAway();
  expect((await both())[0]).toMatchObject({ failed: 0, completed: 0, comments: 0 });
  const { rows } = await database.db.execute(sql`select from looks where user_id = ${ann.user_id}`);
  expect(rows).toHaveLength(2);
});
