import { eq } from "drizzle-orm";
import { expect, it, vi } from "vitest";
import { workerScope } from "../auth/scope";
import { workflowEvents } from "../db/schema/events";
import { testDatabase } from "../test/database";
import { makeProject } from "../test/factories";

const database = testDatabase();

it("writes what is told in another bundle than the one that opened the database", async () => {
  const { project } = await makeProject(database.db);
  vi.resetModules();
  const { emit, transact } = await import("./emit");
  const said = await transact(database.db, async (tx) => {
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
