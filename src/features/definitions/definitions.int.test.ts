import { mkdir, readdir, readFile, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { and, eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Caller } from "../../auth/scope";
import { workflowDefinitionRevisions, workflowDefinitions } from "../../db/schema/definitions";
import { workflowEvents } from "../../db/schema/events";
import { workflowRuns } from "../../db/schema/runs";
import { AppError } from "../../lib/errors";
import { isRecord } from "../../lib/is-record";
import { testDatabase } from "../../test/database";
import { type MadeProject, makeProject, makeRun } from "../../test/factories";
import { addRole, makePerson } from "../../test/people";
import { setSecret } from "../secrets/commands/set-secret";
import { setEnabled } from "../triggers/commands/set-enabled";
import { listTriggers } from "../triggers/queries";
import { checkDefinition } from "./commands/check-definition";
import { createDefinition } from "./commands/create-definition";
import { deleteDefinition } from "./commands/delete-definition";
import { syncDefinitions } from "./commands/sync-definitions";
import { updateDefinition } from "./commands/update-definition";
import { DEFINITIONS_FOLDER } from "./files";
import { getVocabulary } from "./get-vocabulary";
import { getDefinition, getDefinitionBySlug, listDefinitions, listIgnoredFiles } from "./queries";

const test = testDatabase();
let made: MadeProject;
let caller: Caller;
let folder: string;

const source = (name: string, run = "true") =>
  `name: ${name}\nphases: [work]\nsteps:\n  - { id: one, type: script, run: "${run}" }\n`;

beforeEach(async () => {
  made = await makeProject(test.db);
  caller = { db: test.db, actor: made.owner };
  folder = join(made.project.path, DEFINITIONS_FOLDER);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "work.yaml"), source("Work"));
});

afterEach(() => rm(made.project.path, { recursive: true, force: true }));

const project_id = () => made.project.id;
const sync = () => syncDefinitions(caller, { project_id: project_id() });
const write = (name: string, text: string | Buffer) => writeFile(join(folder, name), text);
const read = (name: string) => readFile(join(folder, name), "utf8");
const list = async () => (await listDefinitions(caller, { project_id: project_id(), limit: 200 })).items;
const bySlug = (slug: string) => getDefinitionBySlug(caller, { project_id: project_id(), slug });

/** The first fault of an invalid definition, with its place. */
async function faultOf(slug: string): Promise<string> {
  const [fault] = (await bySlug(slug)).load_error ?? [];
  return fault ? `${fault.file}:${fault.line}:${fault.column} ${fault.message}` : "";
}

async function definitionEvents(): Promise<unknown[]> {
  const rows = await test.db
    .select({ data: workflowEvents.data, actor_id: workflowEvents.actor_id })
    .from(workflowEvents)
    .where(
      and(
        eq(workflowEvents.project_id, project_id()),
        eq(workflowEvents.type, "workflow.definition.changed"),
      ),
    )
    .orderBy(workflowEvents.seq);
  return rows.map(({ data }) => data.status);
}

async function refusal(promise: Promise<unknown>): Promise<AppError> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) throw error ?? new Error("was not refused");
  return error;
}

describe("createDefinition", () => {
  it("writes the file, revision 1 and the event", async () => {
    const definition = await createDefinition(caller, {
      project_id: project_id(),
      source: source("Ship It"),
      type: "yaml",
    });
    expect(definition).toMatchObject({
      name: "Ship It",
      slug: "ship-it",
      path: `${DEFINITIONS_FOLDER}/ship-it.yaml`,
      status: "active",
      revision: 1,
      runs_count: 0,
      source: source("Ship It"),
      steps: [{ id: "one", name: "one", phase: "work", kind: "script" }],
      revisions: [{ number: 1, created_by: "Owner" }],
    });
    expect(await read("ship-it.yaml")).toBe(source("Ship It"));
    expect(await definitionEvents()).toEqual(["active"]);
    expect(await sync()).toMatchObject({ added: 0, unchanged: 1 });
  });

  it("names the place of each fault, and writes nothing", async () => {
    const bad =
      "name: Bad\nphases: [work]\nsteps:\n  - id: one\n    type: script\n    run: x\n    timeout: soon\n";
    const error = await refusal(
      createDefinition(caller, { project_id: project_id(), source: bad, type: "yaml" }),
    );
    expect(error.code).toBe("BAD_REQUEST");
    expect(error.details).toEqual([
      {
        path: "source:7:14",
        line: 7,
        column: 14,
        expected: "a duration such as 30s, 10m or 2h",
        message: 'steps[0].timeout: expected a duration such as 30s, 10m or 2h, found "soon"',
      },
    ]);
    expect(await readdir(folder)).toEqual(["work.yaml"]);
  });

  it("refuses a name that is taken, in rows or on disk", async () => {
    const create = (name: string) =>
      createDefinition(caller, { project_id: project_id(), source: source(name), type: "yaml" });
    expect((await refusal(create("Work"))).code).toBe("CONFLICT");
    await write("fresh.yaml", "not yet read");
    expect((await refusal(create("Fresh"))).code).toBe("CONFLICT");
    expect(await read("fresh.yaml")).toBe("not yet read");
  });

  it("lets one of two at once win", async () => {
    const both = await Promise.allSettled(
      ["true", "false"].map((run) =>
        createDefinition(caller, { project_id: project_id(), source: source("Race", run), type: "yaml" }),
      ),
    );
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  it("goes on with the history of one whose file was deleted", async () => {
    const input = { project_id: project_id(), source: source("Again"), type: "yaml" as const };
    const first = await createDefinition(caller, input);
    await rm(join(folder, "again.yaml"));
    await sync();
    const second = await createDefinition(caller, { ...input, source: source("Again", "false") });
    expect(second).toMatchObject({ id: first.id, revision: 2, status: "active" });
  });

  it("asks for the role of a maintainer", async () => {
    const member = await makePerson(test.db, "Member");
    await addRole(test.db, project_id(), member, "member");
    const input = { project_id: project_id(), source: source("No"), type: "yaml" as const };
    expect((await refusal(createDefinition({ db: test.db, actor: member }, input))).code).toBe("FORBIDDEN");
  });
});

describe("updateDefinition", () => {
  it("makes a revision where the source differs, and only there", async () => {
    await sync();
    const { id } = await bySlug("work");
    const changed = source("Work renamed", "false");
    expect(await updateDefinition(caller, { id, source: changed })).toMatchObject({
      name: "Work renamed",
      slug: "work",
      revision: 3,
      source: changed,
    });
    expect(await updateDefinition(caller, { id, source: changed })).toMatchObject({ revision: 3 });
    expect(await read("work.yaml")).toBe(changed);
  });

  it("keeps what was written into the file meanwhile as a revision", async () => {
    await sync();
    const { id } = await bySlug("work");
    const onDisk = source("Work", "edited on disk");
    await write("work.yaml", onDisk);
    const saved = await updateDefinition(caller, { id, source: source("Work", "saved on the web") });
    expect(saved.revisions.map(({ number, created_by }) => [number, created_by])).toEqual([
      [4, "Owner"],
      [3, null],
      [2, null],
      [1, null],
    ]);
    const [kept] = await test.db
      .select({ source: workflowDefinitionRevisions.source })
      .from(workflowDefinitionRevisions)
      .where(
        and(
          eq(workflowDefinitionRevisions.workflow_definition_id, id),
          eq(workflowDefinitionRevisions.number, 3),
        ),
      );
    expect(kept?.source).toBe(onDisk);
  });

  it("mends a broken file and brings back one that is gone", async () => {
    await sync();
    const { id } = await bySlug("work");
    await write("work.yaml", "name: [broken");
    await sync();
    expect(await getDefinition(caller, { id })).toMatchObject({ status: "invalid", source: "name: [broken" });
    expect(await updateDefinition(caller, { id, source: source("Work") })).toMatchObject({
      status: "active",
      load_error: null,
      revision: 2,
    });
    await rm(join(folder, "work.yaml"));
    await sync();
    expect(await getDefinition(caller, { id })).toMatchObject({ status: "archived", source: null });
    await updateDefinition(caller, { id, source: source("Work") });
    expect(await bySlug("work")).toMatchObject({ status: "active", revision: 2, source: source("Work") });
  });

  it("refuses an invalid source and leaves the file", async () => {
    await sync();
    const { id } = await bySlug("work");
    expect((await refusal(updateDefinition(caller, { id, source: "name: x" }))).code).toBe("BAD_REQUEST");
    expect(await read("work.yaml")).toBe(source("Work"));
  });
});

describe("the editor", () => {
  const check = (text: string, type: "yaml" | "code" = "yaml", path?: string) =>
    checkDefinition(caller, { project_id: project_id(), source: text, type, path });
  const code = (name: string) =>
    `import { defineWorkflow } from "phaseboard";\nimport { NAME } from "./lib/name";\nexport default defineWorkflow({ name: "${name}" + NAME, phases: ["a"], async run() {} });\n`;

  it("is told the faults that its file would have, and nothing is written", async () => {
    expect(await check(source("Fine"))).toEqual({ valid: true, faults: [], warnings: [] });
    const named = source("Fine").replace(
      'type: script, run: "true"',
      "type: agent, agent: claud, prompt: a, secrets: [KEY]",
    );
    expect(await check(named)).toMatchObject({
      valid: true,
      warnings: [
        { line: 4, column: 36, message: 'steps[0].agent: the project has no agent "claud"; it has none' },
        { line: 4, column: 64, message: 'steps[0].secrets[0]: the project has no secret "KEY"' },
      ],
    });
    const broken = source("Broken").replace("script", "scirpt");
    await write("broken.yaml", broken);
    await sync();
    const { load_error } = await bySlug("broken");
    const path = `${DEFINITIONS_FOLDER}/broken.yaml`;
    expect(await check(broken, "yaml", path)).toEqual({ valid: false, faults: load_error, warnings: [] });
    expect(await check(code("X"), "code")).toMatchObject({
      valid: false,
      faults: [{ file: `${DEFINITIONS_FOLDER}/new-definition.ts`, line: 2, column: 22 }],
    });
    expect((await readdir(folder)).sort()).toEqual(["broken.yaml", "work.yaml"]);
  });

  it("checks few texts in TypeScript of a person at once", async () => {
    const checks = await Promise.allSettled([1, 2, 3].map((n) => check(`throw new Error("${n}");`, "code")));
    const refused = checks.filter(({ status }) => status === "rejected");
    expect(refused).toMatchObject([{ reason: { code: "TOO_MANY_REQUESTS" } }]);
  });

  it("writes TypeScript, of which the folder then knows nothing new", async () => {
    await mkdir(join(folder, "lib"));
    await write("lib/name.ts", 'export const NAME = "!";\n');
    const made = await createDefinition(caller, {
      project_id: project_id(),
      source: code("Go on"),
      type: "code",
    });
    expect(made).toMatchObject({
      type: "code",
      slug: "go-on",
      name: "Go on!",
      revision: 1,
      source: code("Go on"),
    });
    expect(made.path).toBe(`${DEFINITIONS_FOLDER}/go-on.ts`);
    await sync();
    expect(await bySlug("go-on")).toMatchObject({ revision: 1, status: "active" });

    const saved = await updateDefinition(caller, { id: made.id, source: code("Go off") });
    expect(saved).toMatchObject({ revision: 2, name: "Go off!" });
    expect(saved.revisions[0]?.created_by).not.toBeNull();
    const refused = await refusal(
      updateDefinition(caller, { id: made.id, source: "throw new Error('no');" }),
    );
    expect(refused.details).toMatchObject([{ path: "source:1:7", line: 1, column: 7, message: "no" }]);

    // What was written on disk meanwhile becomes a revision of its own.
    await write("go-on.ts", code("On disk"));
    expect(await updateDefinition(caller, { id: made.id, source: code("Mine") })).toMatchObject({
      revision: 4,
    });
    await sync();
    expect(await bySlug("go-on")).toMatchObject({ revision: 4, name: "Mine!" });
  });

  it("does not write over a change that it has not seen", async () => {
    await sync();
    const before = await bySlug("work");
    await write("work.yaml", source("Theirs"));
    const mine = { id: before.id, source: source("Mine"), base_sha256: before.source_sha256 ?? "" };
    const conflict = await refusal(updateDefinition(caller, mine));
    expect(conflict).toMatchObject({ code: "CONFLICT", details: [{ path: "base_sha256" }] });
    expect(await read("work.yaml")).toBe(source("Theirs"));
    const { source_sha256 } = await bySlug("work");
    const saved = await updateDefinition(caller, { ...mine, base_sha256: source_sha256 ?? "" });
    expect(saved, "theirs is a revision").toMatchObject({
      name: "Mine",
      revision: (before.revision ?? 0) + 2,
    });
  });

  it("completes by the shapes that definitions are checked by, and by names alone", async () => {
    await setSecret(
      { ...caller, secret: "a secret of this test" },
      { project_id: project_id(), name: "NPM_TOKEN", value: "hush-hush value" },
    );
    await mkdir(join(folder, "../../"), { recursive: true });
    await writeFile(join(folder, "../../agents.yaml"), "claude: { command: claude-agent-acp }\n");
    const vocabulary = await getVocabulary(caller, { project_id: project_id() });
    expect(vocabulary).toMatchObject({
      secrets: ["NPM_TOKEN"],
      agents: [{ name: "claude", command: "claude-agent-acp" }],
      yaml: {
        properties: {
          workspace: { enum: ["clone", "copy", "shared"] },
          steps: { items: { anyOf: expect.arrayContaining([expect.objectContaining({ type: "object" })]) } },
        },
      },
      code: {
        defineWorkflow: { properties: { args: {}, phases: {} } },
        "step.script": { properties: { workingDirectory: {}, continueOnError: { type: "boolean" } } },
      },
    });
    expect(JSON.stringify(vocabulary)).not.toContain("hush-hush");
    // Whatever an author may write has its word of explanation.
    const undescribed = JSON.stringify(vocabulary.yaml, (_, value: unknown) => {
      if (!isRecord(value) || !isRecord(value.properties)) return value;
      const mute = Object.entries(value.properties).filter(
        ([, field]) => isRecord(field) && !field.description,
      );
      return { ...value, mute: mute.map(([key]) => `mute ${key}`) };
    }).match(/"mute \w+"/g);
    expect(undescribed).toEqual(['"mute request_changes"']);
  });
});

describe("deleteDefinition", () => {
  const endRun = async (id: string) => {
    await test.db.update(workflowRuns).set({ status: "cancelled" }).where(eq(workflowRuns.id, id));
  };

  it("deletes rows and file", async () => {
    await deleteDefinition(caller, { id: made.definition.id, cascade: false });
    expect(await list()).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
    expect(await definitionEvents()).toEqual(["deleted"]);
    expect(await sync()).toMatchObject({ added: 0 });
  });

  it("must be said twice while there are runs, and never while one is under way", async () => {
    const { run } = await makeRun(test.db, made);
    const runFolder = join(made.project.path, ".agent/workflows/executions", run.id);
    await mkdir(runFolder, { recursive: true });
    const { id } = made.definition;
    for (const cascade of [false, true]) {
      const error = await refusal(deleteDefinition(caller, { id, cascade }));
      expect(error).toMatchObject({
        code: "CONFLICT",
        message: expect.stringContaining("1 run of this definition is under way"),
      });
    }
    await endRun(run.id);
    const error = await refusal(deleteDefinition(caller, { id, cascade: false }));
    expect(error).toMatchObject({ code: "CONFLICT", message: expect.stringContaining("has 1 run.") });
    await deleteDefinition(caller, { id, cascade: true });
    expect(await list()).toEqual([]);
    expect(await readdir(join(made.project.path, ".agent/workflows/executions"))).toEqual([]);
  });
});

describe("syncDefinitions", () => {
  it("takes over new, changed, invalid and removed files, each by itself", async () => {
    await write("ship.yml", source("Ship"));
    await write("broken.yaml", "name: Broken\nphases: [a]\nsteps:\n  - id: one\n");
    await write("flow.ts", "export default {}");
    await write("types.d.ts", "");
    await write("notes.md", "");
    await write(".hidden.yaml", "");
    expect(await sync()).toEqual({ added: 1, changed: 1, invalid: 2, archived: 0, unchanged: 0 });
    expect((await list()).map(({ slug, type, status, revision }) => [slug, type, status, revision])).toEqual([
      ["broken", "yaml", "invalid", null],
      ["flow", "code", "invalid", null],
      ["ship", "yaml", "active", 1],
      ["work", "yaml", "active", 2],
    ]);
    expect(await bySlug("broken")).toMatchObject({
      load_error: [
        {
          file: `${DEFINITIONS_FOLDER}/broken.yaml`,
          line: 4,
          column: 5,
          message: "steps[0]: type is missing; expected one of script, agent, approval",
          path: "steps[0]",
          expected: "one of script, agent, approval",
        },
      ],
    });
    expect(await faultOf("flow")).toMatch("flow.ts:1:1 the file must give `defineWorkflow");
    expect(await sync()).toEqual({ added: 0, changed: 0, invalid: 0, archived: 0, unchanged: 4 });
    await write(
      "flow.ts",
      'import { defineWorkflow } from "phaseboard";\nexport default defineWorkflow({ name: "Flow", phases: ["a"], run() {} });\n',
    );
    expect(await sync()).toEqual({ added: 0, changed: 1, invalid: 0, archived: 0, unchanged: 3 });
    expect(await sync()).toEqual({ added: 0, changed: 0, invalid: 0, archived: 0, unchanged: 4 });
    expect(await bySlug("flow")).toMatchObject({ name: "Flow", type: "code", status: "active", revision: 1 });

    await write("ship.yml", "name: [");
    await rm(join(folder, "work.yaml"));
    await write("broken.yaml", source("Mended"));
    expect(await sync()).toEqual({ added: 0, changed: 1, invalid: 1, archived: 1, unchanged: 1 });
    expect(await bySlug("ship")).toMatchObject({ status: "invalid", revision: 1, name: "Ship" });
    expect(await bySlug("broken")).toMatchObject({
      status: "active",
      revision: 1,
      name: "Mended",
      load_error: null,
    });
    expect((await list()).at(-1)).toMatchObject({ slug: "work", status: "archived" });

    await write("work.yaml", source("Work"));
    await write("ship.yml", source("Ship"));
    expect(await sync()).toMatchObject({ changed: 2 });
    expect(await bySlug("work")).toMatchObject({ status: "active", revision: 2 });
  });

  it("numbers slugs that would be the same", async () => {
    await write("WORK.YAML", source("Other"));
    await write("Wörk.yaml", source("Umlaut"));
    await write("§.yaml", source("Sign"));
    await sync();
    expect((await list()).map(({ name, slug }) => [name, slug]).sort()).toEqual([
      ["Other", expect.stringMatching(/^work-\d$/)],
      ["Sign", "definition"],
      ["Umlaut", expect.stringMatching(/^work-\d$/)],
      ["Work", "work"],
    ]);
  });

  it.each([
    ["work.yml", source("Work"), "yaml"],
    ["work.YAML", source("Other"), "yaml"],
    [
      "work.ts",
      'import { defineWorkflow } from "phaseboard";\nexport default defineWorkflow({ name: "Coded", phases: ["a"], on: { schedule: [{ id: "night", cron: "0 3 * * *" }] }, async run() {} });\n',
      "code",
    ],
  ])("goes on with slug, switch and history where a file becomes %s", async (name, text, type) => {
    const on = `on: { schedule: [{ id: night, cron: "0 3 * * *" }] }\n`;
    await write("work.yaml", on + source("Work"));
    await sync();
    const { id, revision } = await bySlug("work");
    const [night] = (await listTriggers(caller, { definition_id: id, limit: 50 })).items;
    await setEnabled(caller, { id: night?.id ?? "", enabled: true });
    await rm(join(folder, "work.yaml"));
    await write(name, name === "work.ts" ? text : on + text);
    expect(await sync()).toMatchObject({ added: 0, archived: 0, changed: 1 });
    expect(await list()).toMatchObject([{ id, slug: "work", type, path: `${DEFINITIONS_FOLDER}/${name}` }]);
    expect((await bySlug("work")).revision).toBe(name === "work.yml" ? revision : (revision ?? 0) + 1);
    expect((await listTriggers(caller, { definition_id: id, limit: 50 })).items).toMatchObject([
      { id: night?.id, enabled: true },
    ]);
    // A sync between the two changes, as by the watcher, makes no difference.
    await rm(join(folder, name));
    await sync();
    await write("work.yaml", on + source("Work"));
    await sync();
    expect(await list()).toMatchObject([{ id, slug: "work", type: "yaml", status: "active" }]);
  });

  it("takes one file of a name, and says at the second that it is one", async () => {
    await sync();
    const { id } = await bySlug("work");
    await write("work.ts", "export default 1");
    await write("work.yml", source("Second"));
    await sync();
    expect(await getDefinition(caller, { id })).toMatchObject({
      name: "Work",
      status: "active",
      slug: "work",
    });
    const others = (await list()).filter((item) => item.id !== id);
    const seconds = others.sort((a, b) => (a.path < b.path ? -1 : 1));
    expect(seconds).toMatchObject([
      { path: `${DEFINITIONS_FOLDER}/work.ts`, status: "invalid" },
      { path: `${DEFINITIONS_FOLDER}/work.yml`, status: "invalid" },
    ]);
    for (const { load_error } of seconds)
      expect(load_error?.[0]?.message).toContain("has the name of .agent/workflows/definitions/work.yaml");
    expect(await sync()).toMatchObject({ unchanged: 3 });
    const second = seconds[1]?.id ?? "";
    expect((await refusal(updateDefinition(caller, { id: second, source: source("Saved") }))).code).toBe(
      "CONFLICT",
    );
    const taken = { project_id: project_id(), source: source("Work"), type: "yaml" as const };
    expect((await refusal(createDefinition(caller, taken))).code).toBe("CONFLICT");

    await rm(join(folder, "work.yaml"));
    await rm(join(folder, "work.ts"));
    await sync();
    const [left, ...more] = await list();
    expect([left, more]).toMatchObject([{ id, slug: "work", name: "Second", status: "active" }, []]);
  });

  it("says what it does not read", async () => {
    await mkdir(join(folder, "team/inner"), { recursive: true });
    await write("team/ship.yaml", source("Ship"));
    await write("team/inner/flow.ts", "export default defineWorkflow({})");
    await write("team/helper.ts", "export const a = 1;");
    await write("team/data.json", "{}");
    await write("flow.mjs", "defineWorkflow({ name: 'a' })");
    await write("plain.js", "1");
    await write("old.json", "{}");
    await write(".hidden.yaml", source("Hidden"));
    await write(".notes.txt", "a");
    await write("team/.kept.yaml", source("Kept"));
    await write("Upper.YML", source("Upper"));
    await sync();
    expect((await list()).map(({ slug }) => slug)).toEqual(["upper", "work"]);
    const ignored = await listIgnoredFiles(caller, { project_id: project_id() });
    expect(ignored.map(({ path, reason }) => [path.replace(`${DEFINITIONS_FOLDER}/`, ""), reason])).toEqual([
      [".hidden.yaml", expect.stringContaining("rename it without the dot")],
      ["flow.mjs", expect.stringContaining("a definition is a .yaml, .yml or .ts file")],
      ["old.json", expect.any(String)],
      ["plain.js", expect.any(String)],
      ["team/inner/flow.ts", expect.stringContaining("is in a sub-folder")],
      ["team/ship.yaml", expect.stringContaining("is in a sub-folder")],
    ]);
  });

  it("reads nothing outside of the project, no pipe, and nothing large", async () => {
    await symlink("/etc/passwd", join(folder, "passwd.yaml"));
    await symlink(join(folder, "work.yaml"), join(folder, "same.yaml"));
    await symlink("nowhere", join(folder, "nowhere.yaml"));
    await write("large.yaml", "");
    await truncate(join(folder, "large.yaml"), 10 * 1024 * 1024 * 1024);
    await write("latin.yaml", Buffer.from([0x6e, 0xff, 0xfe]));
    await mkdir(join(folder, "folder.yaml"));
    await sync();
    expect(await bySlug("passwd")).toMatchObject({ status: "invalid", source: null });
    expect(await faultOf("passwd")).toMatch("is a link that leads out of the project");
    expect(await faultOf("large")).toMatch("has more than 256 KB");
    expect(await faultOf("latin")).toMatch("is not UTF-8");
    expect(await bySlug("same")).toMatchObject({ status: "active", name: "Work" });
    expect(await faultOf("nowhere")).toMatch("is a link that leads nowhere");
    expect((await list()).map(({ slug }) => slug)).not.toContain("folder");
  });

  it("refuses a folder that is a link out, and archives nothing where the project's folder is gone", async () => {
    await rm(folder, { recursive: true });
    await symlink("/etc", folder);
    expect((await refusal(sync())).message).toContain("leads out of the project");
    const input = { project_id: project_id(), source: source("Out"), type: "yaml" as const };
    expect((await refusal(createDefinition(caller, input))).code).toBe("BAD_REQUEST");
    await rm(made.project.path, { recursive: true });
    expect((await refusal(sync())).message).toContain("is not there");
    expect(await list()).toMatchObject([{ status: "active" }]);
  });

  it("runs at once without a row twice", async () => {
    for (const name of ["a", "b", "c"]) await write(`${name}.yaml`, source(name));
    const results = await Promise.all([sync(), sync(), sync(), sync()]);
    expect(results.reduce((sum, { added }) => sum + added, 0)).toBe(3);
    const rows = await test.db
      .select()
      .from(workflowDefinitions)
      .where(eq(workflowDefinitions.project_id, project_id()));
    expect(rows).toHaveLength(4);
  });
});
