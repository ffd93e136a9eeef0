import { eq, sql } from "drizzle-orm";
import { expect, it } from "vitest";
import { workflowRuns } from "../../db/schema/runs";
import { testDatabase } from "../../test/database";
import { makeProject } from "../../test/factories";
import { addRole, callerOf, makePerson } from "../../test/people";
import type { RunOrder } from "./orders";
import { exportRuns } from "./queries/export-runs";
import { ExportRunsInput } from "./schema";

const database = testDatabase();

/** Runs a to d, of which b and d are cancelled; d took longer than b. */
async function makeOwn() {
  const made = await makeProject(database.db, { args_schema: { type: "object" } });
  const owner = callerOf(database.db, made.owner);
  const project_id = made.project.id;
  const ids: Record<string, string> = {};
  for (const [at, name] of ["b", "d", "a", "c"].entries()) {
    const run = await owner.runs.create({
      project_id,
      workflow_definition_id: made.definition.id,
      name,
      args: { channel: at % 2 === 0 ? "beta" : "stable", n: at },
      priority: at,
    });
    ids[name] = run.id;
    const created_at = new Date(Date.UTC(2026, 0, 1 + at)).toISOString();
    await database.db.update(workflowRuns).set({ created_at }).where(eq(workflowRuns.id, run.id));
  }
  for (const [name, ms] of [
    ["b", 1_000],
    ["d", 60_000],
  ] as const) {
    await owner.runs.cancel({ id: ids[name] ?? "" });
    await database.db.execute(sql`
      update workflow_runs set started_at = cancelled_at - ${ms} * interval '1 ms' where id = ${ids[name]}`);
  }
  const names = async (filter: object) => {
    const page = await owner.runs.list({ project_id, limit: 3, ...filter });
    const rest = page.next_cursor
      ? (await owner.runs.list({ project_id, limit: 3, ...filter, cursor: page.next_cursor })).items
      : [];
    return [...page.items, ...rest].map(({ name }) => name).join("");
  };
  return { made, owner, project_id, ids, names };
}

it("is put in every order, page by page, and filtered by all that is asked at once", async () => {
  const { made, owner, project_id, ids, names } = await makeOwn();
  const orders: Partial<Record<RunOrder, string>> = {
    "-created": "cadb",
    created: "bdac",
    name: "abcd",
    "-name": "dcba",
    "-priority": "cadb",
    "-duration": "dbca",
    ended: "bdca",
  };
  for (const [sort, expected] of Object.entries(orders)) expect(await names({ sort }), sort).toBe(expected);
  await owner.labels.create({ project_id, name: "Release" });
  await owner.labels.create({ project_id, name: "ci" });
  await owner.runs.update({ id: ids.a ?? "", labels: ["release", "ci"], assignee_id: made.owner.user_id });
  await owner.runs.update({ id: ids.b ?? "", labels: ["release"] });
  expect(await names({ label: "release" })).toBe("ab");
  expect(await names({ label: "release,ci" })).toBe("a");
  expect(await names({ label: "release", status: "cancelled,failed" })).toBe("b");
  expect(await names({ assignee_id: made.owner.user_id })).toBe("a");
  expect(await names({ arg: "channel=beta" })).toBe("ab");
  expect(await names({ arg: "channel=beta&n=2" })).toBe("a");
  expect(await names({ arg: "channel=none" })).toBe("");
  expect(await names({ trigger: "none" })).toBe("cadb");
  expect(await names({ trigger: "schedule" })).toBe("");
  expect(await names({ from: "2026-01-02T00:00:00Z", to: "2026-01-04T00:00:00Z" })).toBe("ad");
  expect(await owner.runs.counts({ project_id, label: "release" })).toMatchObject({
    cancelled: 1,
    pending: 1,
  });
});

it("is exported as it is filtered and ordered, with what spreadsheets take for formulas kept as text", async () => {
  const { made, owner, project_id, ids } = await makeOwn();
  await owner.runs.update({ id: ids.d ?? "", name: '=1+"1"' });
  const input = ExportRunsInput.parse({ project_id, status: "cancelled", sort: "created" });
  const next = await exportRuns({ db: database.db, actor: made.owner }, input);
  let text = "";
  for (let part = await next(); part !== null; part = await next()) text += part;
  const [head, ...rows] = text.trimEnd().split("\r\n");
  expect(head).toMatch(/^number,name,status,/);
  expect(rows.map((row) => row.split(",").slice(0, 3).join())).toEqual([
    "1,b,cancelled",
    `2,"'=1+""1""",cancelled`,
  ]);
});

it("does the same to many runs, and says for which it could not be", async () => {
  const { owner, project_id, ids } = await makeOwn();
  const of = (...names: string[]) => names.map((name) => ids[name] ?? "");
  await owner.labels.create({ project_id, name: "ci" });
  const labelled = await owner.runs.labelMany({ project_id, ids: of("a", "b"), add: ["CI"] });
  expect(labelled).toEqual({ done: of("a", "b"), failed: [] });
  await owner.runs.labelMany({ project_id, ids: of("b"), remove: ["ci"] });
  expect((await owner.runs.list({ project_id, label: "ci" })).items.map(({ name }) => name)).toEqual(["a"]);
  const retried = await owner.runs.retryMany({ project_id, ids: of("a", "b") });
  expect(retried).toMatchObject({
    done: of("b"),
    failed: [{ id: ids.a, reason: expect.stringContaining("pending") }],
  });
  const deleted = await owner.runs.deleteMany({ project_id, ids: of("c", "d") });
  expect(deleted).toMatchObject({ done: of("d"), failed: [{ id: ids.c }] });
  await expect(
    owner.runs.deleteMany({ project_id, ids: ["r00000000000000000000000"] }),
  ).rejects.toMatchObject({ code: "NOT_FOUND" });
});

it("is kept in views: one's own for oneself alone, shared ones for everybody", async () => {
  const { made, owner, project_id } = await makeOwn();
  const person = await makePerson(database.db, "Vera");
  await addRole(database.db, project_id, person, "viewer");
  const viewer = callerOf(database.db, person);
  const own = await viewer.views.create({ project_id, name: "Mine", query: "status=failed" });
  await expect(
    viewer.views.create({ project_id, name: "All's", query: "", shared: true }),
  ).rejects.toMatchObject({ code: "FORBIDDEN" });
  const shared = await owner.views.create({ project_id, name: "Ours", query: "label=ci", shared: true });
  expect((await viewer.views.list({ project_id })).items.map(({ name }) => name)).toEqual(["Mine", "Ours"]);
  expect((await owner.views.list({ project_id })).items.map(({ name }) => name)).toEqual(["Ours"]);
  await expect(owner.views.delete({ id: own.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(viewer.views.update({ id: shared.id, name: "No" })).rejects.toMatchObject({
    code: "FORBIDDEN",
  });
  await expect(viewer.views.update({ id: own.id, shared: true })).rejects.toMatchObject({
    code: "FORBIDDEN",
  });
  expect((await viewer.views.update({ id: own.id, name: "Still mine" })).query).toBe("status=failed");
  await viewer.views.delete({ id: own.id });
  expect(made.project.id).toBe(project_id);
});
