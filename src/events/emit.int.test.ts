import { eq, sql } from "drizzle-orm";
import { describe, expect, it, vi } from "vitest";
import { workerScope } from "../auth/scope";
import { workflowEvents } from "../db/schema/events";
import { testDatabase } from "../test/database";
import { makeProject } from "../test/factories";
import { emit, Unanswered } from "./emit";
import { progress } from "./progress";

const database = testDatabase();

it("writes what is told in another bundle than the one that opened the database", async () => {
  const { project } = await makeProject(database.db);
  vi.resetModules();
  const [{ emit }, { progress }] = await Promise.all([import("./emit"), import("./progress")]);
  const said = await progress(database.db, async (tx) => {
    emit(tx, workerScope(project.id, { type: "system" }), "workflow.execution.deleted", {
      execution_id: "r",
    });
    return "done";
  });
  expect(said).toBe("done");
  const rows = await database.db
    .select()
    .from(workflowEvents)
    .where(eq(workflowEvents.project_id, project.id));
  expect(rows.map(({ seq, type }) => [seq, type])).toEqual([[1, "workflow.execution.deleted"]]);
});

describe("an answer that is not waited for", () => {
  const add = (key: string) => sql`insert into rate_limits (key) values (${key}) returning key`;
  const started = async (project_id: string, key: string) =>
    progress(database.db, async (tx) => {
      const made = tx.execute<{ key: string }>(add(key));
      emit(tx, workerScope(project_id, { type: "system" }), "workflow.execution.deleted", {
        execution_id: key,
      });
      return new Unanswered(made.then(({ rows }) => rows[0]?.key));
    });

  it("is given once the transaction is committed, with all that it tells of", async () => {
    const { project } = await makeProject(database.db);
    expect(await started(project.id, `key of ${project.id}`)).toBe(`key of ${project.id}`);
    const rows = await database.db
      .select()
      .from(workflowEvents)
      .where(eq(workflowEvents.project_id, project.id));
    expect(rows).toHaveLength(1);
  });

  it("says why nothing was, where it is an error", async () => {
    const { project } = await makeProject(database.db);
    await database.db.execute(add(`taken by ${project.id}`));
    const failing = started(project.id, `taken by ${project.id}`);
    await expect(failing).rejects.toMatchObject({ cause: { code: "23505" } });
    const rows = await database.db
      .select()
      .from(workflowEvents)
      .where(eq(workflowEvents.project_id, project.id));
    expect(rows).toEqual([]);
  });
});
