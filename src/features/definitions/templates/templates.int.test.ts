import { mkdir, mkdtemp, readFile, realpath, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { PersonActor } from "../../../auth/actor";
import { bundleProgram } from "../../../test/bundle";
import { testDatabase } from "../../../test/database";
import { makeProject } from "../../../test/factories";
import { addRole, callerOf, makePerson } from "../../../test/people";
import { readRun } from "../../../test/runs";
import { runWorker, type Worker } from "../../../worker/main";
import { listShipped } from "./shipped-templates";

const database = testDatabase({ fresh: true });
const SCRIPTS = [
  "build",
  "test",
  "lint",
  "types",
  "release",
  "deploy",
  "check",
  "backup",
  "migrate",
  "restore",
];
let agent = "";
let people: PersonActor[] = [];
let worker: Worker;

beforeAll(async () => {
  agent = await bundleProgram(
    "src/test/agent-process.ts",
    `node_modules/.cache/phaseboard-test/templates-${process.pid}.mjs`,
  );
  people = await Promise.all(["Ada", "Bob", "Grace"].map((name) => makePerson(database.db, name)));
  const programs = await mkdtemp(join(tmpdir(), "phaseboard-npm-"));
  await writeFile(join(programs, "npm"), NPM, { mode: 0o755 });
  vi.stubEnv("PATH", `${programs}:${process.env.PATH}`);
  worker = await runWorker({ databaseUrl: database.url, concurrency: 8, dataDir: "/tmp" });
});
afterAll(async () => {
  await worker.drain();
  vi.unstubAllEnvs();
});

/** A replacement for npm, which takes half a second to start: runs the site's script of that name. */
const NPM = '#!/bin/sh\n[ "$1" = run ] && shift\nexec sh "./scripts/$1"\n';

/**
 * Makes the programs that templates call; those in `failing` fail always, those in `once` only at their first
 * call.
 */
async function makeSite(failing: string[] = [], once: string[] = []) {
  const path = await realpath(await mkdtemp(join(tmpdir(), "phaseboard-template-")));
  await mkdir(join(path, "scripts"));
  for (const name of SCRIPTS) {
    const script = once.includes(name) ? "[ -e tried ] || { touch tried; exit 1; }" : "true";
    const text = `echo ${name} >> calls; ${failing.includes(name) ? "false" : script}`;
    await writeFile(join(path, "scripts", name), text);
  }
  await mkdir(join(path, ".agent"));
  const play = { turn: [{ append: "calls", text: "agent" }, { say: "The plan." }] };
  const agents = { claude: { command: process.execPath, args: [agent, JSON.stringify(play)] } };
  await writeFile(join(path, ".agent", "agents.yaml"), JSON.stringify(agents));
  const made = await makeProject(database.db, { path });
  for (const person of people) await addRole(database.db, made.project.id, person, "maintainer");
  return { path, made, project_id: made.project.id };
}

/** Runs a template to its end; approves whatever it asks. */
async function play(id: string, args: Record<string, unknown>, site: Awaited<ReturnType<typeof makeSite>>) {
  const [starter, ...others] = people.map((actor) => callerOf(database.db, actor));
  const { project_id, path } = site;
  const definition = await starter?.definitions.createFromTemplate({ project_id, id });
  expect(definition).toMatchObject({ status: "active", is_template: false });
  const run = await starter?.runs.create({
    project_id,
    workflow_definition_id: definition?.id ?? "",
    name: id,
    args,
  });
  const decide = async () => {
    const { run: row, steps } = await readRun(database.db, run?.id ?? "");
    for (const step of row.waiting_since ? steps : []) {
      if (step.kind !== "approval" || step.status !== "running") continue;
      for (const other of others) {
        await other.steps.decide({ id: step.id, decision: "approve" }).catch(() => {});
      }
    }
    return row.status;
  };
  const hasEnded = async () => expect(await decide()).toMatch(/^(completed|failed|cancelled)$/);
  await vi.waitFor(hasEnded, { timeout: 60_000 });
  const { steps, run: row } = await readRun(database.db, run?.id ?? "");
  const calls = (await readFile(join(path, "calls"), "utf8")).trim().split("\n");
  return {
    status: row.status,
    error: row.error_message,
    output: row.output,
    steps: Object.fromEntries(steps.map((step) => [step.step_id, step.status])),
    outputs: Object.fromEntries(steps.map((step) => [step.step_id, step.output])),
    calls,
    details: await starter?.runs.get({ id: run?.id ?? "" }),
  };
}

/** Runs a template whose programs all succeed; expects that it completes and has called them in order. */
async function runsThrough(id: string, args: Record<string, unknown>, calls: string[]): Promise<void> {
  const { status, error, calls: found } = await play(id, args, await makeSite());
  expect(status, error ?? "").toBe("completed");
  // Steps that run side by side may be called in any order.
  if (id === "fan-out") found.sort();
  expect(found).toEqual(calls);
}

describe.concurrent("the templates in YAML", () => {
  it.each<[string, Record<string, unknown>, string[]]>([
    ["release", { version: "1.2.3" }, ["build", "test", "release"]],
    ["nightly-check", {}, ["test"]],
    ["review-by-two", {}, ["build", "deploy"]],
    ["agent-with-approval", { task: "Tidy up" }, ["agent", "agent", "test"]],
    ["fan-out", {}, ["lint", "test", "types"]],
    ["clean-up", {}, ["test"]],
    ["flaky", {}, ["test"]],
    ["webhook-deploy", { ref: "main" }, ["build", "deploy"]],
    ["migrate", {}, ["backup", "migrate", "check"]],
  ])("%s runs", runsThrough, 90_000);

  it("flaky tries again", async () => {
    const { status, calls } = await play("flaky", {}, await makeSite([], ["test"]));
    expect([status, ...calls]).toEqual(["completed", "test", "test"]);
  });

  it.each<[string, string, Record<string, string>]>([
    ["nightly-check", "test", { check: "failed", report: "completed" }],
    ["fan-out", "lint", { lint: "failed", unit: "completed", summary: "completed" }],
    ["clean-up", "test", { work: "failed", "clear-away": "completed", alarm: "completed" }],
    ["migrate", "check", { check: "failed", "go-back": "completed" }],
    ["migrate", "backup", { backup: "failed", migrate: "skipped", "go-back": "skipped" }],
  ])(
    "%s does what it promises where %s fails",
    async (id, failing, steps) => {
      const played = await play(id, {}, await makeSite([failing]));
      expect(played.status).toBe("failed");
      expect(played.steps).toMatchObject(steps);
      if (id === "nightly-check")
        expect(played.details?.artifacts.map(({ name }) => name)).toEqual(["report.md"]);
      if (id === "fan-out")
        expect(played.outputs.summary).toMatchObject({ lint: "failed", unit: "completed" });
    },
    90_000,
  );
});

/** Sequential: each template takes a process to load, which is slow on a busy machine. */
describe("the templates that ship", () => {
  it("are a dozen, and say of themselves what they say when they are loaded", async () => {
    const { project_id } = await makeSite();
    const ada = callerOf(database.db, people[0] as PersonActor);
    const shipped = await listShipped();
    expect(shipped).toHaveLength(12);
    for (const { id, name, description, phases, type } of shipped) {
      const made = await ada.definitions.createFromTemplate({ project_id, id });
      expect(made, id).toMatchObject({
        status: "active",
        name,
        description,
        phases,
        type,
        is_template: false,
      });
    }
    const { items } = await ada.definitions.templates({ project_id });
    expect(items.flatMap((item) => (item.project ? [] : [item.id]))).toEqual(shipped.map(({ id }) => id));
  });

  it.each<[string, Record<string, unknown>, string[]]>([
    ["rollout", { stages: [10, 100], wait: "100ms" }, ["deploy", "check", "deploy", "check"]],
    ["matrix", { targets: ["one", "two", "three"] }, ["check", "check", "check"]],
    ["fix-until-green", { task: "Mend it" }, ["agent", "test"]],
  ])("%s runs", runsThrough, 90_000);

  it("fix-until-green goes round until the tests pass", async () => {
    const site = await makeSite([], ["test"]);
    const { output, calls } = await play("fix-until-green", { task: "Mend it" }, site);
    expect(calls).toEqual(["agent", "test", "agent", "test"]);
    expect(output).toEqual({ rounds: 2 });
  });
});

describe("a definition that is offered as a template", () => {
  it("is one in the projects of who is a member of its own, and what is made of it is none", async () => {
    const [home, elsewhere] = [await makeSite(), await makeSite()];
    const [ada, bob, stranger] = [people[0], people[1], await makePerson(database.db, "Sam")].map((actor) =>
      callerOf(database.db, actor as PersonActor),
    );
    await addRole(
      database.db,
      elsewhere.project_id,
      (await makePerson(database.db, "Tim")) as PersonActor,
      "viewer",
    );
    const source = "# Ours\nname: House rules\nphases: [a]\nsteps: [{ id: a, type: script, run: 'true' }]\n";
    const definition = await ada?.definitions.create({ project_id: home.project_id, source });
    const id = definition?.id ?? "";
    const offered = async () =>
      (await bob?.definitions.templates({ project_id: elsewhere.project_id }))?.items[0];
    expect((await offered())?.project).toBe(null);
    const changed = await ada?.definitions.offer({ id, offered: true });
    expect(changed).toMatchObject({
      is_template: true,
      source: source.replace("name:", "is_template: true\nname:"),
    });
    expect(await offered()).toMatchObject({ id, name: "House rules", project: { id: home.project_id } });
    const made = await bob?.definitions.createFromTemplate({ project_id: elsewhere.project_id, id });
    expect(made).toMatchObject({
      name: "House rules",
      source,
      is_template: false,
      project_id: elsewhere.project_id,
    });
    await expect(
      bob?.definitions.createFromTemplate({ project_id: elsewhere.project_id, id }),
    ).rejects.toMatchObject({
      code: "CONFLICT",
    });
    const other = await makeProject(database.db);
    const owner = callerOf(database.db, other.owner);
    const input = { project_id: other.project.id, id };
    await expect(owner.definitions.template(input)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(stranger?.definitions.templates({ project_id: home.project_id })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    await ada?.definitions.offer({ id, offered: false });
    expect((await offered())?.project).toBe(null);
  });
});
