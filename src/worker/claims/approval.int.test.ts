import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import type { PersonActor } from "../../auth/actor";
import { testDatabase } from "../../test/database";
import { approvalStep, type MadeProject, makeProject, scriptStep } from "../../test/factories";
import { addRole, callerOf, makePerson } from "../../test/people";
import { readRun, untilRun } from "../../test/runs";
import { endWorkersAfterEach, startWorkerProcess } from "../../test/worker-process";

const database = testDatabase({ fresh: true });
endWorkersAfterEach();

describe("an approval", () => {
  let made: MadeProject;
  let ada: PersonActor;
  let grace: PersonActor;

  beforeAll(async () => {
    made = await makeProject(database.db, {
      max_concurrent_runs: 1,
      steps: [
        approvalStep("sign-off", {
          prompt: "Publish **${{ args.version }}**?",
          approvers: { role: "maintainer", count: 2, allow_self: false },
          form: { type: "object", required: ["ticket"], properties: { ticket: { type: "string" } } },
        }),
        scriptStep("publish", `echo "$TICKET"`, {
          env: { TICKET: "${{ steps['sign-off'].output.ticket }}" },
        }),
      ],
    });
    ada = await makePerson(database.db, "Ada");
    grace = await makePerson(database.db, "Grace");
    for (const actor of [ada, grace]) await addRole(database.db, made.project.id, actor, "maintainer");
  });

  const as = (actor: PersonActor) => callerOf(database.db, actor);

  async function startRun(): Promise<{ run_id: string; step_row: string }> {
    const { id: run_id } = await as(made.owner).runs.create({
      project_id: made.project.id,
      workflow_definition_id: made.definition.id,
      name: "Publish",
      args: { version: "1.6.0" },
    });
    return { run_id, step_row: (await readRun(database.db, run_id)).steps[0]?.id ?? "" };
  }

  const untilAsked = async (run_id: string) => {
    const since = async () => (await readRun(database.db, run_id)).run.waiting_since;
    await expect.poll(since).not.toBeNull();
  };

  const answer = { ticket: "OPS-7" };

  it("holds nothing while it waits, outlives every worker, and goes on once enough have approved", async () => {
    const worker = await startWorkerProcess(database.url);
    const { run_id, step_row } = await startRun();
    await untilAsked(run_id);
    const asked = await as(ada).runs.get({ id: run_id });
    expect(asked.steps[0]).toMatchObject({
      status: "running",
      waiting_for: "approval",
      request: { prompt: "Publish **1.6.0**?", approvers: { count: 2 } },
    });
    const [held] = (
      await database.db.execute(sql`
      select r.claimed_by, (select count(*)::int from workers w where w.id = r.claimed_by) as workers
      from workflow_runs r where r.id = ${run_id}`)
    ).rows;
    expect(held).toEqual({ claimed_by: null, workers: 0 });
    // Its room in the project, which has one, is free.
    const second = await startRun();
    await untilAsked(second.run_id);
    worker.kill("SIGKILL");

    const decide = (actor: PersonActor) =>
      as(actor).steps.decide({ id: step_row, decision: "approve", note: "Go", answer });
    await expect(decide(made.owner)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(
      as(ada).steps.decide({ id: step_row, decision: "approve", answer: {} }),
    ).rejects.toMatchObject({ code: "BAD_REQUEST", message: expect.stringContaining("answer.ticket") });
    expect(await decide(ada)).toMatchObject({ status: "running", waiting_for: "approval" });
    await expect(decide(ada)).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await decide(grace)).toMatchObject({ status: "completed", waiting_for: null, output: answer });
    await expect(decide(grace)).rejects.toMatchObject({ code: "BAD_REQUEST" });
    const { items } = await as(made.owner).audit.list({
      project_id: made.project.id,
      action: "steps.decide",
    });
    expect(items.map(({ outcome, actor_name }) => [outcome, actor_name])).toEqual([
      ["done", "Grace"],
      ["done", "Ada"],
      ["refused", made.owner.name],
    ]);

    await startWorkerProcess(database.url);
    await untilRun(database.db, run_id, "completed");
    const { decisions, comments } = await as(ada).steps.get({ id: step_row });
    expect(decisions.map(({ user_name, decision, note }) => [user_name, decision, note])).toEqual([
      ["Ada", "approve", "Go"],
      ["Grace", "approve", "Go"],
    ]);
    expect(comments).toEqual([]);
    const texts = (await as(ada).comments.list({ run_id })).items.map((comment) => comment.text);
    expect(texts).toEqual(["**sign\\-off** approved by Ada: Go", "**sign\\-off** approved by Grace: Go"]);
    await as(ada).steps.decide({ id: second.step_row, decision: "reject", note: "Not today" });
    await untilRun(database.db, second.run_id, "failed");
    const { run, steps } = await readRun(database.db, second.run_id);
    expect(run.error_message).toBe('Step "sign-off" failed: Rejected by Ada: Not today');
    expect(steps[1]?.status).toBe("skipped");
  });

  it("is asked again after a retry, and can be cancelled", async () => {
    await startWorkerProcess(database.url);
    const { run_id, step_row } = await startRun();
    await untilAsked(run_id);
    await as(ada).steps.decide({ id: step_row, decision: "reject" });
    await untilRun(database.db, run_id, "failed");
    await as(ada).runs.retry({ id: run_id });
    await untilAsked(run_id);
    expect((await readRun(database.db, run_id)).steps[0]).toMatchObject({
      attempt: 2,
      waiting_for: "approval",
    });
    await as(ada).runs.cancel({ id: run_id });
    const { run, steps } = await readRun(database.db, run_id);
    expect([run.status, steps[0]?.status, steps[0]?.waiting_for]).toEqual(["cancelled", "failed", null]);
  });

  it("is decided while the run is paused, and goes on when it is resumed", async () => {
    await startWorkerProcess(database.url);
    const { run_id, step_row } = await startRun();
    await untilAsked(run_id);
    await as(ada).runs.pause({ id: run_id });
    for (const actor of [ada, grace])
      await as(actor).steps.decide({ id: step_row, decision: "approve", answer });
    expect((await readRun(database.db, run_id)).run.status).toBe("paused");
    await as(ada).runs.resume({ id: run_id });
    await untilRun(database.db, run_id, "completed");
  });
});
