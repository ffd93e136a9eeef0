import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Caller } from "../../auth/scope";
import { closeDatabase } from "../../db/client";
import { workflowRunStepAttempts, workflowRunSteps, workflowRuns } from "../../db/schema/runs";
import { workflowTriggers } from "../../db/schema/triggers";
import { testDatabase } from "../../test/database";
import { approvalStep, type MadeProject, makeProject, makeRun, scriptStep } from "../../test/factories";
import { callerOf } from "../../test/people";
import { askRoute } from "../../test/routes";
import { web } from "../../trpc/web";
import { executeDefinition } from "../runs/commands/create-run";
import { deliverWebhook } from "../triggers/commands/deliver-webhook";
import { fireDue } from "../triggers/scheduler";
import { createDefinition } from "./commands/create-definition";
import { syncDefinitions } from "./commands/sync-definitions";
import { DEFINITIONS_FOLDER } from "./files";
import { getStatistics } from "./get-statistics";

const test = testDatabase();
let made: MadeProject;
let caller: Caller;

beforeEach(async () => {
  made = await makeProject(test.db, { steps: [scriptStep("build", "true"), approvalStep("ask")] });
  caller = { db: test.db, actor: made.owner };
});

afterEach(() => rm(made.project.path, { recursive: true, force: true }));

describe("getStatistics", () => {
  const at = (seconds: number) => new Date(Date.UTC(2026, 2, 4, 9, 0, seconds)).toISOString();

  /** A run that took so long, each of whose steps went through these statuses. */
  async function ended(
    status: "completed" | "failed" | "cancelled",
    seconds: number,
    tries: ("completed" | "failed" | "cancelled")[],
    rested_ms = 0,
  ): Promise<string> {
    const { run, steps } = await makeRun(test.db, made);
    const times = { started_at: at(0), completed_at: at(seconds) };
    for (const each of ["running", status] as const) {
      await test.db
        .update(workflowRuns)
        .set({ status: each, ...times, rested_ms })
        .where(eq(workflowRuns.id, run.id));
    }
    for (const step of steps) {
      const last = tries.at(-1) === "completed" ? ("completed" as const) : ("failed" as const);
      for (const each of ["running", last] as const) {
        await test.db
          .update(workflowRunSteps)
          .set({ status: each, attempt: tries.length, ...times })
          .where(eq(workflowRunSteps.id, step.id));
      }
      await test.db.insert(workflowRunStepAttempts).values(
        tries.map((each, index) => ({
          ...{ workflow_run_step_id: step.id, number: index + 1, log_directory_path: "logs" },
          status: each === "completed" ? ("completed" as const) : ("failed" as const),
          error_message: each === "cancelled" ? "Cancelled by Owner" : null,
        })),
      );
    }
    return run.id;
  }

  it("tells success, durations at work, and the steps that failed and passed in the same run", async () => {
    await ended("completed", 60, ["completed"]);
    await ended("completed", 100, ["failed", "completed"], 80_000);
    await ended("failed", 10, ["failed", "failed"]);
    await ended("completed", 40, ["cancelled", "completed"]);
    await ended("cancelled", 5, ["cancelled"]);
    const { run: open } = await makeRun(test.db, made);
    const found = await getStatistics(caller, { id: made.definition.id, runs: 100 });
    expect(found).toMatchObject({
      ...{ completed: 3, failed: 1, cancelled: 1, success_rate: 0.75, is_all: true },
      ...{ median_ms: 40_000, p95_ms: 60_000 },
    });
    expect(found.runs.map((run) => run.duration_ms)).toEqual([null, 5_000, 40_000, 10_000, 20_000, 60_000]);
    expect(found.runs[0]).toMatchObject({ id: open.id, status: "pending" });
    const [build, ask] = found.steps;
    expect(build).toMatchObject({ step_id: "build", runs: 5, failed_runs: 2, flaky_runs: 1 });
    expect(build?.median_ms).toBe(60_000);
    expect(ask).toMatchObject({ step_id: "ask", flaky_runs: 0 });
  });

  it("looks at the newest runs alone, and finds them along the index", async () => {
    for (let number = 0; number < 4; number++) await ended("completed", number, ["failed", "completed"]);
    const found = await getStatistics(caller, { id: made.definition.id, runs: 2 });
    expect(found).toMatchObject({ completed: 2, is_all: false });
    expect(found.steps[0]).toMatchObject({ runs: 2, flaky_runs: 2 });
  });
});

describe("a definition's life", () => {
  const source = (name: string) =>
    `# what we ship\nname: ${name} # its title\nphases: [work]\non: { schedule: [{ cron: "0 7 * * *" }], webhook: [{}] }\nsteps:\n  - { id: one, type: script, run: "true" }\n`;
  const create = () =>
    createDefinition(caller, { project_id: made.project.id, source: source("Ship"), type: "yaml" });
  const as = () => callerOf(test.db, made.owner).definitions;
  const triggersOf = async ({ id }: { id: string }) =>
    (await callerOf(test.db, made.owner).triggers.list({ definition_id: id })).items;

  it("is renamed in its file, which moves where that is asked for, with its runs and revisions", async () => {
    const { id } = await create();
    const renamed = await as().rename({ id, name: "Ship: all #1", slug: "ship-all" });
    expect(renamed).toMatchObject({
      ...{
        id,
        name: "Ship: all #1",
        slug: "ship-all",
        path: `${DEFINITIONS_FOLDER}/ship-all.yaml`,
        revision: 2,
      },
      source: source('"Ship: all #1"'),
    });
    expect(await readdir(join(made.project.path, DEFINITIONS_FOLDER))).toEqual(["ship-all.yaml"]);
    await syncDefinitions(caller, { project_id: made.project.id });
    expect(await as().get({ id })).toMatchObject({ status: "active", revision: 2, slug: "ship-all" });
    expect((await triggersOf({ id })).map(({ enabled }) => enabled)).toEqual([true, true]);
    await create();
    await expect(as().rename({ id, slug: "ship" })).rejects.toThrow('The definition "Ship"');
    expect((await as().rename({ id, name: "Plain" })).source).toBe(source("Plain"));
  });

  it("is copied with its triggers off", async () => {
    const copy = await as().duplicate({ id: (await create()).id });
    expect(copy).toMatchObject({ name: "Ship copy", slug: "ship-copy", source: source("Ship copy") });
    expect((await triggersOf(copy)).map(({ enabled }) => enabled)).toEqual([false, false]);
  });

  it("is renamed and copied in TypeScript too, where its name is written as a text", async () => {
    const code = (name: string, more = "") =>
      `import { defineWorkflow } from "phaseboard";\nexport default defineWorkflow({\n  name: ${name}${more},\n  phases: ["a"],\n  on: { schedule: [{ id: "night", cron: "0 3 * * *" }] },\n  async run() {},\n});\n`;
    const make = (text: string) =>
      createDefinition(caller, { project_id: made.project.id, source: text, type: "code" });
    const { id } = await make(code("'Ship it'"));
    const copy = await as().duplicate({ id, name: 'Ship "two"' });
    expect(copy).toMatchObject({ name: 'Ship "two"', type: "code", source: code('"Ship \\"two\\""') });
    expect((await triggersOf(copy)).map(({ enabled }) => enabled)).toEqual([false]);
    const renamed = await as().rename({ id, name: "Sail", slug: "sail" });
    expect(renamed).toMatchObject({
      ...{ name: "Sail", slug: "sail", path: `${DEFINITIONS_FOLDER}/sail.ts`, source: code('"Sail"') },
    });
    const restored = await as().restore({ id, number: 1 });
    expect(restored).toMatchObject({ name: "Ship it", source: code("'Ship it'") });
    const computed = await make(code('"Made"', ' + " here"'));
    await expect(as().rename({ id: computed.id, name: "Else", slug: "else" })).rejects.toThrow(
      "no name that can be exchanged",
    );
    expect(await as().get({ id: computed.id })).toMatchObject({ name: "Made here", slug: "made-here" });
  }, 60_000);

  it("shows its badge to whoever has its address, once that is wanted", async () => {
    process.env.DATABASE_URL = test.url;
    process.env.NEXTAUTH_SECRET = "a secret of the tests";
    const { id, badge_path: closed } = await createDefinition(caller, {
      project_id: made.project.id,
      source: source('"<b>&\'\u202e"'),
      type: "yaml",
    });
    const ask = (path: string, headers: Record<string, string> = {}) =>
      askRoute(new Request(`http://127.0.0.1:3000${path}`, { headers }));
    expect((await ask(closed)).status).toBe(401);
    const { badge_path: open } = await as().setBadge({ id, public: true });
    const badge = await ask(open);
    const svg = await badge.text();
    expect(svg).toContain("&lt;b&gt;&amp;&#39;⟨U+202E⟩: no runs");
    expect(svg).not.toContain("<b>");
    expect(badge.headers.get("content-type")).toBe("image/svg+xml; charset=utf-8");
    expect(badge.headers.get("cache-control")).toBe("public, max-age=60");
    expect((await ask(open, { "if-none-match": badge.headers.get("etag") ?? "" })).status).toBe(304);
    expect((await ask(`${closed}?key=${"A".repeat(24)}`)).status).toBe(404);
    await as().setBadge({ id, public: false });
    expect((await ask(open)).status).toBe(404);
    expect((await as().setBadge({ id, public: true })).badge_path).not.toBe(open);
    await closeDatabase(web().db);
  });

  it("starts nothing while it is disabled, and makes up for nothing then", async () => {
    const { id } = await create();
    const start = () => executeDefinition(caller, { id, args: {} });
    const disabled = await as().setEnabled({ id, enabled: false });
    expect(disabled).toMatchObject({ disabled_by: "Owner", disabled_at: expect.any(String) });
    await expect(start()).rejects.toThrow('The definition "Ship" is disabled');
    const [schedule, webhook] = await triggersOf({ id });
    expect(schedule).toMatchObject({ enabled: true, next_run_at: null, next_times: [] });
    await test.db
      .update(workflowTriggers)
      .set({ next_run_at: "2026-01-01T00:00:00Z", secret: Buffer.from("any") })
      .where(eq(workflowTriggers.workflow_definition_id, id));
    await fireDue(test.db);
    const sent = {
      headers: new Headers(),
      query: new URLSearchParams(),
      readBody: async () => Buffer.from(""),
    };
    await expect(
      deliverWebhook(test.db, "secret", { trigger_id: webhook?.id ?? "", ...sent }),
    ).rejects.toThrow("switched off");
    await as().setEnabled({ id, enabled: true });
    await fireDue(test.db);
    expect(await as().get({ id })).toMatchObject({ runs_count: 0, disabled_at: null, disabled_by: null });
    const [again] = await triggersOf({ id });
    expect(Date.parse((again?.kind === "schedule" && again.next_run_at) || "")).toBeGreaterThan(Date.now());
    expect((await start()).status).toBe("pending");
  });
});
