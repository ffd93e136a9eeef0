import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PersonActor } from "../../auth/actor";
import type { CompiledStep } from "../../engine/definition/types";
import { testDatabase } from "../../test/database";
import { approvalStep, type MadeProject, makeProject, scriptStep } from "../../test/factories";
import { gitIn, gitProject } from "../../test/git-project";
import { addRole, callerOf, makePerson } from "../../test/people";
import { readRun, untilRun } from "../../test/runs";
import { runWorker, type Worker } from "../main";

const database = testDatabase({ fresh: true });
let data: string;
let worker: Worker;
let ada: PersonActor;
let grace: PersonActor;

const LOOK = { prompt: "Good?", approvers: { role: "member", count: 2, allow_self: true } } as const;
const CHANGES = { changes: { rework: "fix", rounds: 2 } };

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "phaseboard-data-"));
  worker = await runWorker({ databaseUrl: database.url, concurrency: 4, dataDir: data });
  ada = await makePerson(database.db, "Ada");
  grace = await makePerson(database.db, "Grace");
});
afterAll(async () => {
  await worker.drain();
  await rm(data, { recursive: true, force: true });
});

const as = (actor: PersonActor) => callerOf(database.db, actor);

async function start(steps: CompiledStep[]): Promise<{ made: MadeProject; run_id: string }> {
  const path = await gitProject({ "app.txt": "one\ntwo\n" });
  const made = await makeProject(database.db, { path, workspace: "clone", steps });
  for (const actor of [ada, grace]) await addRole(database.db, made.project.id, actor, "member");
  const { id: run_id } = await as(ada).runs.create({
    project_id: made.project.id,
    workflow_definition_id: made.definition.id,
    name: "Fix",
  });
  return { made, run_id };
}

async function untilAsked(run_id: string, attempt: number): Promise<string | null> {
  const asked = async () => {
    const { run, steps } = await readRun(database.db, run_id);
    const step = steps.find(({ step_id }) => step_id === "look");
    return [step?.waiting_for, step?.attempt, run.waiting_since !== null];
  };
  await expect.poll(asked).toEqual(["approval", attempt, true]);
  return (await readRun(database.db, run_id)).run.snapshot;
}

/** Appends to the file, and keeps what the review says. */
const FIX = scriptStep(
  "fix",
  `echo "$PHASEBOARD_ATTEMPT" >> app.txt
if [ -n "$PHASEBOARD_REVIEW" ]; then cat "$PHASEBOARD_REVIEW" > review.json; fi`,
);

describe("a review", () => {
  it("sends a run back with its files as they are, as often as the definition allows", async () => {
    const steps = [
      FIX,
      approvalStep("look", { ...LOOK, ...CHANGES }),
      scriptStep("ship", "cp app.txt shipped.txt"),
    ];
    const { made, run_id } = await start(steps);
    const first = await untilAsked(run_id, 1);
    const asked = { run_id, snapshot: first, decision: "request_changes" } as const;
    await expect(as(ada).reviews.submit(asked)).rejects.toMatchObject({ code: "BAD_REQUEST" });
    const line = { path: "app.txt", side: "new", text: "Say three" } as const;
    await database.db.execute(sql`
      update workflow_runs set waiting_since = waiting_since - interval '2 hours' where id = ${run_id}`);
    const sent = await as(ada).reviews.submit({
      ...asked,
      text: "Not yet",
      comments: [
        { ...line, line: 3, text: `Say three, <@${grace.user_id}>` },
        { ...line, line: 2, start_line: 1, side: "old", text: "First these" },
      ],
    });
    expect(sent).toMatchObject({ decision: "request_changes", snapshot: first, comments_count: 2 });

    const second = await untilAsked(run_id, 2);
    const show = (path: string) => gitIn(made.project.path, "show", `${second}:${path}`);
    expect(await show("app.txt")).toBe("one\ntwo\n1\n2");
    expect(JSON.parse(await show("review.json"))).toEqual({
      by: "Ada",
      text: "Not yet",
      comments: [
        { path: "app.txt", side: "old", line: 2, start_line: 1, text: "First these" },
        { path: "app.txt", side: "new", line: 3, start_line: null, text: "Say three, @Grace" },
      ],
    });
    const comments = (await as(grace).comments.list({ run_id })).items;
    const told = comments.map(({ text, anchor, review_id }) => [
      text,
      anchor?.kind === "change" ? anchor.line : null,
      review_id,
    ]);
    expect(told.sort()).toEqual([
      ["**look**: changes requested, back to **fix**, by Ada: Not yet", null, null],
      ["First these", 2, sent.id],
      [`Say three, <@${grace.user_id}>`, 3, sent.id],
    ]);
    // The newest attempt asks anew, and its retries are counted anew.
    const { steps: rows, run } = await readRun(database.db, run_id);
    const hours = run.rested_ms / 3_600_000;
    expect(Math.round(hours * 10)).toBe(20);
    expect(
      rows.map(({ step_id, status, attempt, attempts_before }) => [
        step_id,
        status,
        attempt,
        attempts_before,
      ]),
    ).toEqual([
      ["fix", "completed", 2, 1],
      ["look", "running", 2, 1],
      ["ship", "pending", 0, 0],
    ]);

    await as(grace).steps.decide({ id: "look", run_id, decision: "request_changes", note: "Again" });
    await untilAsked(run_id, 3);
    await expect(
      as(grace).steps.decide({ id: "look", run_id, decision: "request_changes", note: "Once more" }),
    ).rejects.toMatchObject({ code: "CONFLICT", message: expect.stringContaining("2 times") });
    for (const actor of [ada, grace]) await as(actor).reviews.submit({ run_id, decision: "approve" });
    await untilRun(database.db, run_id, "completed");
    expect((await as(ada).reviews.list({ run_id })).items.map(({ decision }) => decision)).toEqual([
      "approve",
      "approve",
      "request_changes",
      "request_changes",
    ]);
  });

  it("holds for the files that were seen, and is asked again where they changed", async () => {
    const { run_id } = await start([FIX, approvalStep("look", { ...LOOK, ...CHANGES })]);
    const snapshot = await untilAsked(run_id, 1);
    await as(ada).reviews.submit({ run_id, snapshot, decision: "approve" });
    expect((await as(ada).inbox.list({})).items.filter(({ run }) => run.id === run_id)).toEqual([]);
    // As where the base was taken in meanwhile.
    const other = "1234567890123456789012345678901234567890";
    await database.db.execute(sql`update workflow_runs set snapshot = ${other} where id = ${run_id}`);
    await expect(as(grace).reviews.submit({ run_id, snapshot, decision: "approve" })).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringContaining("have changed"),
    });
    expect((await as(ada).inbox.list({})).items.map(({ run }) => run.id)).toContain(run_id);
    await as(grace).reviews.submit({ run_id, snapshot: other, decision: "approve" });
    expect((await readRun(database.db, run_id)).steps[1]?.status).toBe("running");
    await as(ada).reviews.submit({ run_id, snapshot: other, decision: "approve" });
    await untilRun(database.db, run_id, "completed");
  });

  it("comments without a decision, at any time", async () => {
    const { run_id } = await start([FIX, approvalStep("look", LOOK)]);
    await untilAsked(run_id, 1);
    const comments = [{ path: "app.txt", side: "new" as const, line: 1, text: "Nice" }];
    const sent = await as(grace).reviews.submit({ run_id, decision: "comment", comments });
    expect(sent).toMatchObject({ decision: "comment", workflow_run_step_id: null, comments_count: 1 });
    await expect(
      as(grace).steps.decide({ id: "look", run_id, decision: "request_changes", note: "No" }),
    ).rejects.toMatchObject({ code: "BAD_REQUEST", message: expect.stringContaining("rework") });
    await as(grace).steps.decide({ id: "look", run_id, decision: "reject" });
    await untilRun(database.db, run_id, "failed");
    await as(grace).reviews.submit({ run_id, decision: "comment", text: "Later" });
  });

  it("takes comments on lines of files that changed alone", async () => {
    const { run_id } = await start([FIX, approvalStep("look", LOOK)]);
    const say = (comment: object) => {
      const comments = [{ path: "app.txt", side: "new" as const, line: 1, text: "Nice", ...comment }];
      return as(grace).reviews.submit({ run_id, decision: "comment", comments });
    };
    await untilAsked(run_id, 1);
    for (const [comment, field, said] of [
      [{ path: "other.txt" }, "comments.0.path", "did not change other.txt"],
      [{ line: 4 }, "comments.0.line", "has 3 lines"],
      [{ line: 3, side: "old" }, "comments.0.line", "has 2 lines before the change"],
    ] as const) {
      await expect(say(comment)).rejects.toMatchObject({
        code: "BAD_REQUEST",
        message: expect.stringContaining(said),
        cause: { details: [{ path: field }] },
      });
    }
    expect(await say({ line: 3 })).toMatchObject({ comments_count: 1 });
  });

  it("has its lines followed as they move and go", async () => {
    const edits = ["echo three >> app.txt", "sed -i '1i zero' app.txt", "sed -i 's/two/2/' app.txt"];
    const step = edits
      .map((edit, at) => `if [ "$PHASEBOARD_ATTEMPT" = ${at + 1} ]; then ${edit}; fi`)
      .join("\n");
    const edit = scriptStep("fix", step);
    const { run_id } = await start([edit, approvalStep("look", { ...LOOK, ...CHANGES })]);
    await untilAsked(run_id, 1);
    const on = (line: number, side: "old" | "new", start_line: number | null = null) =>
      ({ path: "app.txt", side, line, start_line, text: `on ${line}` }) as const;
    const comments = [on(2, "new", 1), on(3, "new"), on(1, "old")];
    await as(ada).reviews.submit({ run_id, decision: "request_changes", comments });
    const texts = new Map((await as(ada).comments.list({ run_id })).items.map(({ id, text }) => [id, text]));
    const lines = async (step_id?: string) =>
      (await as(grace).reviews.lines({ run_id, ...(step_id ? { step_id } : {}) })).items
        .map(({ comment_id, line, start_line, quote }) => [texts.get(comment_id), line, start_line, quote])
        .sort();
    await untilAsked(run_id, 2);
    expect(await lines()).toEqual([
      ["on 1", 1, null, null],
      ["on 2", 3, 2, null],
      ["on 3", 4, null, null],
    ]);
    await as(ada).reviews.submit({ run_id, decision: "request_changes", text: "Once more" });
    await untilAsked(run_id, 3);
    expect(await lines()).toEqual([
      ["on 1", 1, null, null],
      ["on 2", null, null, "one\ntwo"],
      ["on 3", 4, null, null],
    ]);
    // The old side of the step's changes is what it found: the line has moved there already.
    expect((await lines("fix"))[0]).toEqual(["on 1", 2, null, null]);
    await as(ada).runs.cancel({ id: run_id });
  });

  it("waits for a step that is at work, and ends what else waits behind", async () => {
    const beside = (id: string, run: string) => ({
      ...scriptStep(id, run),
      needs: ["fix"],
      needs_named: true as const,
    });
    const steps = [
      FIX,
      { ...approvalStep("look", { ...LOOK, ...CHANGES }), needs: ["fix"], needs_named: true as const },
      { ...approvalStep("other", LOOK), needs: ["fix"], needs_named: true as const },
      beside("slow", `while [ ! -e "$PHASEBOARD_ARGS.go" ]; do sleep 0.1; done`),
    ];
    const { run_id } = await start(steps);
    const working = async () => (await readRun(database.db, run_id)).steps.map(({ status }) => status);
    await expect.poll(working).toEqual(["completed", "running", "running", "running"]);
    const changes = { id: "look", run_id, decision: "request_changes", note: "No" } as const;
    await expect(as(ada).steps.decide(changes)).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringContaining('"slow" is still at work'),
    });
    await as(ada).runs.cancel({ id: run_id });
    await expect.poll(async () => (await readRun(database.db, run_id)).run.claimed_by).toBeNull();
  });
});
