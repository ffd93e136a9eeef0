import { sql } from "drizzle-orm";
import { expect, it } from "vitest";
import { testDatabase } from "../../test/database";
import { makeProject, makeRun } from "../../test/factories";
import { addRole, callerOf, makePerson } from "../../test/people";

const database = testDatabase();

it("a project in a list says how its newest runs did, and whether one has put it before the others", async () => {
  const { db } = database;
  const made = await makeProject(db);
  const { id } = made.project;
  const viewer = await makePerson(db, "Vera");
  await addRole(db, id, viewer, "viewer");
  const [owners, hers] = [callerOf(db, made.owner).projects, callerOf(db, viewer).projects];
  const listed = async (projects: typeof hers) =>
    (await projects.list()).items.find((each) => each.id === id);
  expect(await listed(hers)).toMatchObject({ recent_runs: [], last_run_at: null, starred: false });

  for (let at = 0; at < 13; at++) await makeRun(db, made);
  const newest = await makeRun(db, made);
  await db.execute(
    sql`update workflow_runs set created_at = now() + interval '1 minute' where id = ${newest.run.id}`,
  );
  await db.execute(
    sql`update workflow_runs set status = 'cancelled', cancelled_at = now() where id = ${newest.run.id}`,
  );
  const shown = await listed(hers);
  expect(shown?.recent_runs).toEqual(["cancelled", ...Array.from({ length: 11 }, () => "pending")]);
  expect(shown?.last_run_at).toMatch(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/);

  await hers.star({ id });
  expect(await hers.star({ id })).toEqual({ id, starred: true });
  expect(await listed(hers)).toMatchObject({ starred: true });
  expect(await listed(owners)).toMatchObject({ starred: false });
  await hers.star({ id, starred: false });
  expect(await listed(hers)).toMatchObject({ starred: false });
});
