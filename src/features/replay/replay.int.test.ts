import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { authorizeProject } from "../../auth/scope";
import { workflowRunSteps, workflowRuns } from "../../db/schema/runs";
import type { EventData, StoredEventType } from "../../events/catalog";
import { emit } from "../../events/emit";
import { progress } from "../../events/progress";
import { testDatabase } from "../../test/database";
import {
  approvalStep,
  type MadeProject,
  type MadeRun,
  makeProject,
  makeRun,
  scriptStep,
} from "../../test/factories";
import { addRole, callerOf, makePerson } from "../../test/people";

const database = testDatabase();
let made: MadeProject;
let first: MadeRun;
let second: MadeRun;
const api = () => callerOf(database.db, made.owner);

async function tell<T extends StoredEventType>(
  { run }: MadeRun,
  type: T,
  data: Omit<EventData<T>, "project_id" | "execution_id">,
): Promise<void> {
  const caller = { db: database.db, actor: made.owner };
  const scope = await authorizeProject(caller, made.project.id, "project:read");
  await progress(database.db, async (tx) =>
    emit(tx, scope, type, { execution_id: run.id, ...data } as never),
  );
}

beforeAll(async () => {
  made = await makeProject(database.db, { steps: [scriptStep("build", "true"), approvalStep("ask")] });
  first = await makeRun(database.db, made);
  await tell(first, "workflow.execution.created", {});
  await tell(first, "workflow.execution.status_changed", { status: "running" });
  await tell(first, "workflow.step.started", { step_id: "build", step_name: "build", phase: "work" });
  second = await makeRun(database.db, made);
  await tell(second, "workflow.execution.created", {});
  await tell(first, "workflow.step.completed", { step_id: "build", status: "completed" });
  await tell(first, "workflow.step.started", { step_id: "ask", step_name: "ask", phase: "work" });
  await tell(first, "workflow.step.waiting", { step_id: "ask", for: "approval" });
  await tell(second, "workflow.execution.status_changed", { status: "cancelled" });
  await tell(first, "workflow.step.completed", { step_id: "ask", status: "completed" });
  await tell(first, "workflow.execution.status_changed", { status: "completed" });
  const { db } = database;
  const now = new Date().toISOString();
  const run = (made: MadeRun) => eq(workflowRuns.id, made.run.id);
  for (const status of ["running", "completed"] as const) {
    await db
      .update(workflowRunSteps)
      .set({ status, attempt: 1 })
      .where(eq(workflowRunSteps.workflow_run_id, first.run.id));
    await db
      .update(workflowRuns)
      .set({ status, completed_at: status === "completed" ? now : null })
      .where(run(first));
  }
  await db.update(workflowRuns).set({ status: "cancelled", cancelled_at: now }).where(run(second));
});

describe("a replay", () => {
  it("shows the board as it was behind each event", async () => {
    const boards: string[] = [];
    for (let at = 1; at <= 10; at++) {
      const board = await api().replay.board({ project_id: made.project.id, at });
      expect(board).toMatchObject({ event: { id: at }, first_id: 1, last_id: 10, partial: false });
      expect([board.previous_id, board.next_id]).toEqual([at > 1 ? at - 1 : null, at < 10 ? at + 1 : null]);
      expect(board.columns.reduce((sum, { count }) => sum + count, 0)).toBe(board.runs.length);
      const cards = board.runs.map(
        ({ id, column, steps }) =>
          `${id === first.run.id ? "first" : "second"} ${column} ${steps.map(({ status }) => status[0]).join("")}`,
      );
      boards.push(cards.sort().join(", "));
    }
    expect(boards).toEqual([
      "first pending pp",
      "first running pp",
      "first running rp",
      "first running rp, second pending pp",
      "first running cp, second pending pp",
      "first running cr, second pending pp",
      "first needs_you cr, second pending pp",
      "first needs_you cr, second recent pp",
      "first running cc, second recent pp",
      "first recent cc, second recent pp",
    ]);
    const newest = await api().replay.board({ project_id: made.project.id });
    expect(newest.event).toMatchObject({ id: 10, run: first.run.name, status: "completed" });
    expect((await api().replay.board({ project_id: made.project.id, at: 0 })).event).toBeNull();
  });

  it("is grouped and filtered as the board is, by what is known of then and what is there now", async () => {
    const { project, owner, definition } = made;
    const other = await makePerson(database.db, "Other");
    await addRole(database.db, project.id, other, "member");
    const api = callerOf(database.db, owner);
    await api.labels.create({ project_id: project.id, name: "urgent", color: "red" });
    await api.runs.update({ id: first.run.id, labels: ["urgent"] });
    await api.runs.update({ id: second.run.id, assignee_id: owner.user_id });
    const board = async (input: Partial<Parameters<typeof api.replay.board>[0]>) => {
      const { columns, runs } = await api.replay.board({ project_id: project.id, at: 7, ...input });
      return columns.map(({ key, title, count }) => {
        const names = runs.filter(({ column }) => column === key).map(({ id }) => nameOf(id));
        expect(names).toHaveLength(count);
        return `${title ?? key}: ${names.join(", ")}`;
      });
    };
    const nameOf = (id: string) => (id === first.run.id ? "first" : "second");
    expect(await board({ group_by: "phase" })).toEqual(["pending: second", "work: first", "recent: "]);
    expect(await board({ group_by: "person" })).toEqual([`${owner.name}: first, second`, "recent: "]);
    expect(await board({ group_by: "assignee" })).toEqual([`${owner.name}: second`, ": first", "recent: "]);
    expect(await board({ group_by: "label" })).toEqual(["urgent: first", ": second", "recent: "]);
    expect(await board({ group_by: "definition", at: 8 })).toEqual([
      `${definition.name}: first`,
      "recent: second",
    ]);
    const shown = ["pending", "running", "needs_you", "paused", "failed", "recent"];
    const only = (filled: Record<string, string>) => shown.map((key) => `${key}: ${filled[key] ?? ""}`);
    const all = only({ pending: "second", needs_you: "first" });
    expect(await board({})).toEqual(all);
    expect(await board({ user_id: other.user_id })).toEqual(only({}));
    expect(await board({ user_id: owner.user_id, workflow_definition_id: definition.slug })).toEqual(all);
    expect(await board({ q: `#${second.run.number}` })).toEqual(only({ pending: "second" }));
    expect(await board({ label: "urgent" })).toEqual(only({ needs_you: "first" }));
    expect(await board({ pinned: true })).toEqual(only({}));
    expect(await board({ status: "running" }), "by what they were").toEqual(["running: first"]);
    expect(await board({ status: "cancelled" })).toEqual(["cancelled: "]);
    expect(await board({ status: "cancelled", at: 8 })).toEqual(["cancelled: second"]);
  });

  it("gives what was told of a run, and nothing of another one", async () => {
    const { events, whole } = await api().replay.run({ id: first.run.id });
    expect(whole).toBe(true);
    expect(events.map(({ id }) => id)).toEqual([1, 2, 3, 5, 6, 7, 9, 10]);
    expect(events[2]).toMatchObject({ type: "workflow.step.started", step_id: "build", phase: "work" });
  });
});
