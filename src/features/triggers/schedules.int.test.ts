import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { desc, eq, sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Caller } from "../../auth/scope";
import { closeDatabase, openDatabase } from "../../db/client";
import { auditLog } from "../../db/schema/audit";
import { workflowComments } from "../../db/schema/comments";
import { workflowDefinitions } from "../../db/schema/definitions";
import { projectMembers } from "../../db/schema/projects";
import { workflowRuns } from "../../db/schema/runs";
import { workflowTriggers } from "../../db/schema/triggers";
import { users } from "../../db/schema/users";
import { testDatabase } from "../../test/database";
import { type MadeProject, makeProject } from "../../test/factories";
import { addRole, callerOf, makePerson } from "../../test/people";
import { createDefinition } from "../definitions/commands/create-definition";
import { syncDefinitions } from "../definitions/commands/sync-definitions";
import { updateDefinition } from "../definitions/commands/update-definition";
import type { Definition } from "../definitions/schema";
import { mendNextRuns } from "./mend-next-runs";
import { fireDue, startScheduler } from "./scheduler";
import type { ScheduleTrigger } from "./schema";
import { switchOffOwnerless } from "./switch-off-ownerless";

const test = testDatabase();
let made: MadeProject;
let caller: Caller;

const source = (on: string, { name = "Nightly", type = "string" } = {}) => `name: ${name}
phases: [work]
args_schema: { type: object, properties: { channel: { type: ${type}, default: beta } } }
${on}
steps: [{ id: one, type: script, run: make }]
`;
const DAILY = 'on: { schedule: [{ cron: "0 7 * * *", timezone: Europe/Berlin, args: { channel: stable } }] }';

beforeEach(async () => {
  made = await makeProject(test.db);
  caller = { db: test.db, actor: made.owner };
});

afterEach(async () => {
  await test.db.execute(sql`delete from projects where id = ${made.project.id}`);
  await rm(made.project.path, { recursive: true, force: true });
});

const create = (text: string) =>
  createDefinition(caller, { project_id: made.project.id, source: text, type: "yaml" });
const as = (actor = made.owner) => callerOf(test.db, actor).triggers;
const list = async (definition: Definition) =>
  (await as().list({ definition_id: definition.id })).items as ScheduleTrigger[];
const only = async (definition: Definition) => {
  const [trigger, ...more] = await list(definition);
  if (!trigger || more.length > 0) throw new Error("expected one trigger");
  return trigger;
};
const runsOf = (definition: Definition) =>
  test.db.select().from(workflowRuns).where(eq(workflowRuns.workflow_definition_id, definition.id));

/** Default run name: the definition, the schedule and the time for which it fires. */
const NAMED = /^Nightly · schedule, \d{4}-\d\d-\d\d \d\d:\d\d$/;

/** Makes the schedule due, as if its time had come this long ago. */
async function makeDue(definition: Definition, ago = "1 second"): Promise<void> {
  await test.db
    .update(workflowTriggers)
    .set({ next_run_at: sql`now() - ${ago}::interval` })
    .where(eq(workflowTriggers.workflow_definition_id, definition.id));
}

describe("a schedule", () => {
  it("is on in the name of who saved it, and tells when it fires, in words", async () => {
    const definition = await create(source(DAILY));
    const trigger = await only(definition);
    expect(trigger).toMatchObject({
      ...{ kind: "schedule", key: "1", enabled: true, cron: "0 7 * * *", timezone: "Europe/Berlin" },
      ...{ in_words: "At 07:00", args: { channel: "stable" }, on_behalf_of: "Owner" },
      ...{ last_fired_at: null, last_run: null, last_error: null },
    });
    expect(Date.parse(trigger.next_run_at ?? "")).toBeGreaterThan(Date.now());
  });

  it("names its runs as it says, else by its id and the time in its own zone", async () => {
    const at = (key: string) => `{ id: ${key}, cron: "@daily", timezone: Asia/Tokyo`;
    const definition = await create(
      source(`on: { schedule: [${at("night")} }, ${at("week")}, run_name: "The week's build" }] }`),
    );
    await test.db
      .update(workflowTriggers)
      .set({ next_run_at: "2026-01-31T23:05:00Z" })
      .where(eq(workflowTriggers.workflow_definition_id, definition.id));
    await fireDue(test.db);
    const names = (await runsOf(definition)).map(({ name }) => name).sort();
    expect(names).toEqual(["Nightly · night, 2026-02-01 08:05", "The week's build"]);
  });

  it("starts a run with its args when it is due, and moves on", async () => {
    const definition = await create(source(DAILY));
    await fireDue(test.db);
    expect(await runsOf(definition)).toEqual([]);
    await makeDue(definition);
    await fireDue(test.db);
    await fireDue(test.db);
    const [run, ...more] = await runsOf(definition);
    expect(more).toEqual([]);
    expect(run).toMatchObject({
      args: { channel: "stable" },
      user_id: made.owner.user_id,
      status: "pending",
    });
    const trigger = await only(definition);
    expect(trigger.last_run).toEqual({
      id: run?.id,
      number: run?.number,
      name: expect.stringMatching(NAMED),
      status: "pending",
    });
    expect(Date.parse(trigger.next_run_at ?? "")).toBeGreaterThan(Date.now());
    expect(trigger.last_fired_at).not.toBeNull();
    const comments = await test.db
      .select()
      .from(workflowComments)
      .where(eq(workflowComments.workflow_run_id, run?.id ?? ""));
    expect(comments.map(({ text }) => text)).toEqual([
      "Started by the schedule `0 7 * * *` (Europe/Berlin).",
    ]);
    const { rows: jobs } = await test.db.execute(
      sql`select 1 from graphile_worker.jobs where key = ${`run:${run?.id}`}`,
    );
    expect(jobs).toHaveLength(1);
  });

  it("fires once for all the times that were missed", async () => {
    const definition = await create(source('on: { schedule: [{ cron: "* * * * *" }] }'));
    await makeDue(definition, "3 days");
    await fireDue(test.db);
    await fireDue(test.db);
    expect(await runsOf(definition)).toHaveLength(1);
  });

  it("fires once however many processes look", async () => {
    const schedules = Array.from({ length: 12 }, (_, at) => `{ id: s${at}, cron: "0 7 * * *" }`).join(", ");
    const definition = await create(source(`on: { schedule: [${schedules}] }`));
    const other = openDatabase(test.url, { max: 4, name: "other" });
    try {
      await makeDue(definition);
      await Promise.all([fireDue(test.db), fireDue(other), fireDue(test.db), fireDue(other)]);
      // A process skips a schedule that another process has locked, even if that one then gives up.
      await fireDue(test.db);
      const runs = await runsOf(definition);
      const fired = (await list(definition)).map(({ last_run }) => last_run?.id);
      expect(runs.map(({ id }) => id).sort()).toEqual(fired.sort());
      expect(new Set(fired).size).toBe(12);
    } finally {
      await closeDatabase(other);
    }
  });

  it("is fired by the schedulers of two processes, once, and by none that was stopped", async () => {
    const definition = await create(source(DAILY.replace("args", "overlap: allow, args")));
    const other = openDatabase(test.url, { max: 4, name: "other" });
    const schedulers = [startScheduler({ db: test.db }), startScheduler({ db: other })];
    try {
      await makeDue(definition);
      await expect.poll(async () => (await runsOf(definition)).length).toBeGreaterThan(0);
      await makeDue(definition);
      await expect.poll(async () => (await runsOf(definition)).length).toBeGreaterThan(1);
    } finally {
      await Promise.all(schedulers.map((scheduler) => scheduler.stop()));
      await closeDatabase(other);
    }
    expect(await runsOf(definition)).toHaveLength(2);
    await makeDue(definition);
    expect(await runsOf(definition)).toHaveLength(2);
  });

  it("is not lost where its run cannot be written", async () => {
    const definition = await create(source(DAILY, { name: "Breaks" }));
    await makeDue(definition);
    await test.db.execute(sql`
      create function refuse_run() returns trigger language plpgsql as $$ begin raise 'broken'; end $$`);
    await test.db.execute(sql`
      create trigger refuse_run before insert on workflow_runs for each row
      when (new.name like 'Breaks%') execute function refuse_run()`);
    try {
      await fireDue(test.db);
      expect(await runsOf(definition)).toEqual([]);
      expect(Date.parse((await only(definition)).next_run_at ?? "")).toBeLessThan(Date.now());
    } finally {
      await test.db.execute(sql`drop trigger refuse_run on workflow_runs`);
      await test.db.execute(sql`drop function refuse_run`);
    }
    await fireDue(test.db);
    expect(await runsOf(definition)).toHaveLength(1);
  });

  it("waits for nobody who changes its definition, and fires afterwards", async () => {
    const definition = await create(source(DAILY));
    await makeDue(definition);
    await test.db.transaction(async (tx) => {
      await tx.execute(sql`select 1 from workflow_definitions where id = ${definition.id} for update`);
      await fireDue(test.db);
    });
    expect(await runsOf(definition)).toEqual([]);
    await fireDue(test.db);
    expect(await runsOf(definition)).toHaveLength(1);
  });

  it("is due by its rule again where a clock that was ahead has put it off", async () => {
    const definition = await create(source(DAILY));
    const right = (await only(definition)).next_run_at ?? "";
    expect(await mendNextRuns(test.db)).toBe(0);
    await makeDue(definition, "-40 days");
    const scheduler = startScheduler({ db: test.db });
    const next = async () => Date.parse((await only(definition)).next_run_at ?? "");
    await expect.poll(next).toBeLessThanOrEqual(Date.parse(right) + 86_400_000);
    await scheduler.stop();
    expect(await runsOf(definition)).toEqual([]);
    // A due schedule stays due.
    await makeDue(definition);
    expect(await mendNextRuns(test.db)).toBe(0);
    await fireDue(test.db);
    expect(await runsOf(definition)).toHaveLength(1);
  });

  it("tells its cron with single spaces and says that it fires on either of two days", async () => {
    const trigger = await only(await create(source('on: { schedule: [{ cron: "0\\t9  1 * 1-5" }] }')));
    expect(trigger).toMatchObject({
      cron: "0 9 1 * 1-5",
      in_words: "At 09:00, on day 1 of the month or Monday through Friday",
    });
  });

  it("notes why it could not start and goes on", async () => {
    const definition = await create(source(DAILY));
    await test.db
      .update(workflowDefinitions)
      .set({ status: "invalid", load_error: [] })
      .where(eq(workflowDefinitions.id, definition.id));
    await makeDue(definition);
    await fireDue(test.db);
    const failed = await only(definition);
    expect(failed.last_error).toContain('The definition "Nightly" is invalid');
    expect(failed.enabled).toBe(true);
    expect(Date.parse(failed.next_run_at ?? "")).toBeGreaterThan(Date.now());
    await test.db
      .update(workflowDefinitions)
      .set({ status: "active", load_error: null })
      .where(eq(workflowDefinitions.id, definition.id));
    await makeDue(definition);
    await fireDue(test.db);
    expect(await only(definition)).toMatchObject({
      last_error: null,
      last_run: { name: expect.stringMatching(NAMED) },
    });
  });

  it("notes args that its definition does not take", async () => {
    const definition = await create(source(DAILY));
    await test.db.execute(sql`
      update workflow_triggers set spec = jsonb_set(spec::jsonb, '{args,channel}', '7')
      where workflow_definition_id = ${definition.id}`);
    await makeDue(definition);
    await fireDue(test.db);
    expect((await only(definition)).last_error).toContain("args.channel must be string, found 7");
    expect(await runsOf(definition)).toEqual([]);
  });
});

describe("a time at which a run of the schedule has not ended", () => {
  const withOverlap = (overlap: string) =>
    source(DAILY.replace("args", `overlap: ${overlap}, args`), { name: `Nightly ${overlap}` });
  const fire = async (definition: Definition) => {
    await makeDue(definition);
    await fireDue(test.db);
  };
  const statusOf = (id: string, status: string) =>
    test.db.execute(sql`update workflow_runs set status = ${status} where id = ${id}`);

  it("is skipped, which is noted with the reason, until that run has ended", async () => {
    const definition = await create(source(DAILY));
    await fire(definition);
    await fire(definition);
    const [run, ...more] = await runsOf(definition);
    expect(more).toEqual([]);
    const trigger = await only(definition);
    expect(trigger).toMatchObject({ overlap: "skip", enabled: true, last_run: { id: run?.id } });
    expect(trigger.last_error).toMatch(
      /^Skipped, since run #1 that it started is pending still\. Set overlap/,
    );
    expect(Date.parse(trigger.next_run_at ?? "")).toBeGreaterThan(Date.now());
    await statusOf(run?.id ?? "", "running");
    await statusOf(run?.id ?? "", "paused");
    await fire(definition);
    expect((await only(definition)).last_error).toContain("is paused still");
    await statusOf(run?.id ?? "", "cancelled");
    await fire(definition);
    expect(await runsOf(definition)).toHaveLength(2);
    expect((await only(definition)).last_error).toBeNull();
  });

  it("counts no run that a person has started", async () => {
    const definition = await create(source(DAILY));
    await callerOf(test.db, made.owner).runs.execute({ id: definition.id });
    await fire(definition);
    expect(await runsOf(definition)).toHaveLength(2);
  });

  it("starts another that waits for the first where it says queue, and one beside it where it says allow", async () => {
    for (const overlap of ["queue", "allow"]) {
      const definition = await create(withOverlap(overlap));
      await fire(definition);
      await fire(definition);
      const { items } = await callerOf(test.db, made.owner).runs.list({
        ...{ project_id: made.project.id, workflow_definition_id: definition.id, limit: 10 },
      });
      const blocked = items.map(({ waiting_for }) => waiting_for?.kind === "concurrency");
      expect(blocked).toEqual([overlap === "queue", false]);
    }
  });
});

describe("the switch", () => {
  it("stops a schedule, and starts it again in one's own name without making up for what was missed", async () => {
    const definition = await create(source(DAILY));
    const { id } = await only(definition);
    await makeDue(definition, "2 days");
    expect(await as().setEnabled({ id, enabled: false })).toMatchObject({
      enabled: false,
      next_run_at: null,
    });
    await fireDue(test.db);
    const ada = await makePerson(test.db, "Ada");
    await addRole(test.db, made.project.id, ada, "maintainer");
    expect(await as(ada).setEnabled({ id, enabled: true })).toMatchObject({
      enabled: true,
      on_behalf_of: "Ada",
    });
    await fireDue(test.db);
    expect(await runsOf(definition)).toEqual([]);
    await makeDue(definition);
    await fireDue(test.db);
    expect((await runsOf(definition)).map(({ user_id }) => user_id)).toEqual([ada.user_id]);
  });

  it("stays as it is over a new revision of the same key, whose time counts from then on", async () => {
    const both = (cron: string) =>
      source(`on: { schedule: [{ id: off, cron: "${cron}" }, { id: on, cron: "${cron}" }] }`);
    const definition = await create(both("0 7 * * *"));
    const before = await list(definition);
    await as().setEnabled({ id: before[0]?.id ?? "", enabled: false });
    await updateDefinition(caller, { id: definition.id, source: both("30 8 1 * *") });
    const after = await list(definition);
    expect(after.map(({ id, key, enabled, cron }) => ({ id, key, enabled, cron }))).toEqual([
      { id: before[0]?.id, key: "off", enabled: false, cron: "30 8 1 * *" },
      { id: before[1]?.id, key: "on", enabled: true, cron: "30 8 1 * *" },
    ]);
    expect(after[0]?.next_run_at).toBeNull();
    expect(after[1]?.next_run_at).toMatch(/-01T08:30:00(\.000)?Z$/);
  });

  it("keeps the time of a schedule whose cron did not change, and drops what is written no more", async () => {
    const definition = await create(source(DAILY));
    await makeDue(definition);
    const before = await only(definition);
    await updateDefinition(caller, { id: definition.id, source: source(DAILY.replace("stable", "next")) });
    expect(await only(definition)).toMatchObject({
      next_run_at: before.next_run_at,
      args: { channel: "next" },
    });
    await updateDefinition(caller, { id: definition.id, source: source("env: { A: b }") });
    expect(await list(definition)).toEqual([]);
    await fireDue(test.db);
    expect(await runsOf(definition)).toEqual([]);
  });

  it("is off for a file that somebody put on disk, until a person switches it on", async () => {
    await create(source("env: { A: b }", { name: "Other" }));
    const path = join(made.project.path, ".agent/workflows/definitions/nightly.yaml");
    await writeFile(path, source(DAILY));
    await syncDefinitions(caller, { project_id: made.project.id });
    const definition = await callerOf(test.db, made.owner).definitions.getBySlug({
      project_id: made.project.id,
      slug: "nightly",
    });
    const trigger = await only(definition);
    expect(trigger).toMatchObject({
      enabled: false,
      next_run_at: null,
      on_behalf_of: null,
      last_error: null,
    });
    await as().setEnabled({ id: trigger.id, enabled: true });
    await writeFile(path, source(DAILY.replace("stable", "next")));
    await syncDefinitions(caller, { project_id: made.project.id });
    expect(await only(definition)).toMatchObject({
      enabled: true,
      on_behalf_of: "Owner",
      args: { channel: "next" },
    });
  });
});

describe("the person in whose name it runs", () => {
  it("switches it off at once where it is disabled, however far ahead the next time is", async () => {
    const definition = await create(source(DAILY));
    const ada = await makePerson(test.db, "Ada");
    await addRole(test.db, made.project.id, ada, "maintainer");
    await as(ada).setEnabled({ id: (await only(definition)).id, enabled: true });
    await switchOffOwnerless(test.db);
    expect(await only(definition)).toMatchObject({ enabled: true });
    await test.db.update(users).set({ disabled_at: sql`now()` }).where(eq(users.id, ada.user_id));
    await Promise.all([switchOffOwnerless(test.db), switchOffOwnerless(test.db)]);
    expect(await only(definition)).toMatchObject({
      ...{ enabled: false, next_run_at: null },
      last_error: expect.stringContaining("whose account is disabled"),
    });
    const told = await test.db.select().from(auditLog).where(eq(auditLog.target_id, definition.id));
    expect(told.filter(({ action }) => action === "triggers.fire")).toHaveLength(1);
  });

  it.each([
    [
      "whose account is disabled",
      (user_id: string) =>
        test.db.update(users).set({ disabled_at: sql`now()` }).where(eq(users.id, user_id)),
    ],
    [
      "who may not start runs in this project any more",
      (user_id: string) => test.db.delete(projectMembers).where(eq(projectMembers.user_id, user_id)),
    ],
    [
      "who may not start runs in this project any more",
      (user_id: string) =>
        test.db.update(projectMembers).set({ role: "viewer" }).where(eq(projectMembers.user_id, user_id)),
    ],
    ["is gone", (user_id: string) => test.db.delete(users).where(eq(users.id, user_id))],
  ])("switches it off where it is one %s", async (reason, lose) => {
    const definition = await create(source(DAILY));
    const ada = await makePerson(test.db, "Ada");
    await addRole(test.db, made.project.id, ada, "maintainer");
    await as(ada).setEnabled({ id: (await only(definition)).id, enabled: true });
    await lose(ada.user_id);
    await makeDue(definition);
    await fireDue(test.db);
    const off = await only(definition);
    expect(off).toMatchObject({ enabled: false, next_run_at: null });
    expect(off.last_error).toContain(reason);
    expect(off.last_error).toContain("Switch it on again");
    const [row] = await test.db
      .select()
      .from(auditLog)
      .where(eq(auditLog.target_id, definition.id))
      .orderBy(desc(auditLog.created_at))
      .limit(1);
    expect(row).toMatchObject({
      ...{ action: "triggers.fire", outcome: "refused", actor_type: "system", project_id: made.project.id },
      after: { trigger_id: off.id, reason: off.last_error },
    });
    expect(await runsOf(definition)).toEqual([]);
    expect(await as().setEnabled({ id: off.id, enabled: true })).toMatchObject({
      ...{ enabled: true, on_behalf_of: "Owner", last_error: null },
    });
  });
});
