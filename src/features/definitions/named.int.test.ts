import { mkdtempSync, realpathSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { PersonActor } from "../../auth/actor";
import { packageRoot } from "../../lib/package-root";
import { serveApi, tokenOf } from "../../test/api-server";
import { testDatabase } from "../../test/database";
import { makeProject } from "../../test/factories";
import { addRole, callerOf, makeAdmin } from "../../test/people";

const database = testDatabase({ fresh: true });
const root = realpathSync(mkdtempSync(join(tmpdir(), "phaseboard-named-")));
const folders = { PHASEBOARD_DATA_DIR: join(root, "data"), PHASEBOARD_PROJECT_ROOTS: root };
const api = serveApi(database, {}, folders);
let ada: PersonActor;
let token = "";

beforeAll(async () => {
  ada = await makeAdmin(database.db, "Ada");
  token = await tokenOf(database, ada.user_id);
});

async function ask(method: string, path: string, body?: unknown) {
  const response = await fetch(`${api().url}/api${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as { data?: unknown };
  return { status: response.status, data: answer.data as never };
}

/** A project whose folder has this file. */
async function projectWith(name: string, path: string, source: string): Promise<{ id: string }> {
  const folder = join(root, name);
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), source);
  const made = await ask("POST", "/projects", { name, path: folder });
  expect(made.status).toBe(201);
  return made.data;
}

const SOURCE = "name: Ship it\nphases: [a]\nsteps: [{ id: a, type: script, run: 'true' }]\n";

describe("the README", () => {
  it("shows a definition and a first call that starts it as soon as its project is made", async () => {
    const readme = await readFile(join(packageRoot(), "README.md"), "utf8");
    const file = /Write `(\S+\.yaml)`/.exec(readme)?.[1] ?? "";
    const source = /```yaml\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
    const call = /curl -X POST http:\/\/127\.0\.0\.1:3000\/api(\S+)[\s\S]*?-d '([\s\S]*?)'\n/.exec(readme);
    const { id: project_id } = await projectWith("readme", file, source.replaceAll(/^ {3}/gm, ""));
    const { status, data } = await ask("POST", call?.[1] ?? "", {
      ...JSON.parse(call?.[2] ?? "{}"),
      project_id,
    });
    expect(status).toBe(201);
    expect(data).toMatchObject({ name: "Ship 1.4.0" });
  });
});

describe("a definition", () => {
  it("is there once its project's creation has answered, TypeScript and broken ones too", async () => {
    const folder = ".agent/workflows/definitions";
    await mkdir(join(root, "new", folder), { recursive: true });
    const code =
      'import { defineWorkflow } from "phaseboard";\nexport default defineWorkflow({ name: "Code", phases: ["a"], async run() {} });\n';
    await writeFile(join(root, "new", folder, "code.ts"), code);
    await writeFile(join(root, "new", folder, "broken.yaml"), "name: [");
    const { id } = await projectWith("new", `${folder}/ship.yaml`, SOURCE);
    const { data } = await ask("GET", `/workflows?project_id=${id}`);
    const found = (data as { slug: string; status: string }[]).map(({ slug, status }) => [slug, status]);
    expect(found.sort()).toEqual([
      ["broken", "invalid"],
      ["code", "active"],
      ["ship", "active"],
    ]);
  });

  it("may be named by its id or its slug wherever one is taken", async () => {
    const { id: project_id } = await projectWith(
      "by-name",
      ".agent/workflows/definitions/by-name.yaml",
      SOURCE,
    );
    const { data } = await ask("GET", "/workflows/by-name");
    const { id } = data as { id: string };
    for (const name of [id, "by-name"]) {
      const started = await ask("POST", `/workflows/${name}/execute`, {});
      expect(started, name).toMatchObject({ status: 201, data: { workflow_definition_id: id } });
      const input = { project_id, workflow_definition_id: name, name: "R" };
      expect(await ask("POST", "/workflow-executions", input)).toMatchObject({ status: 201 });
      expect(await ask("GET", `/workflows/${name}/triggers`)).toMatchObject({ status: 200, data: [] });
      const edited = await ask("PUT", `/workflows/${name}`, { source: SOURCE });
      expect(edited, name).toMatchObject({ status: 200, data: { id } });
    }
    for (const name of [id, "by-name"]) {
      const where = `project_id=${project_id}&workflow_definition_id=${name}`;
      const runs = await ask("GET", `/workflow-executions?${where}`);
      expect(runs.data, name).toHaveLength(4);
      const counts = await callerOf(database.db, ada).runs.counts({
        project_id,
        workflow_definition_id: name,
      });
      expect(counts.pending, name).toBe(4);
    }
    expect(
      (await ask("GET", `/workflow-executions?project_id=${project_id}&workflow_definition_id=none`)).data,
    ).toEqual([]);
    const spare = await ask("POST", "/workflows", { project_id, source: SOURCE.replace("Ship it", "Spare") });
    expect(spare).toMatchObject({ status: 201, data: { slug: "spare" } });
    expect(await ask("DELETE", "/workflows/spare")).toMatchObject({ status: 200 });
  });

  it("is looked for in one's own projects, and in the one that is said where several have it", async () => {
    const strange = await makeProject(database.db);
    const slug = strange.definition.slug;
    expect((await ask("GET", `/workflows/${slug}`)).status).toBe(404);
    await addRole(database.db, strange.project.id, ada, "viewer");
    expect(await ask("GET", `/workflows/${slug}`)).toMatchObject({ data: { id: strange.definition.id } });
    expect((await ask("POST", `/workflows/${slug}/execute`, {})).status).toBe(403);
    const second = await makeProject(database.db);
    await addRole(database.db, second.project.id, ada, "member");
    expect((await ask("GET", `/workflows/${slug}`)).status).toBe(409);
    const said = await ask("GET", `/workflows/${slug}?project_id=${second.project.id}`);
    expect(said.data).toMatchObject({ id: second.definition.id });
    const elsewhere = `/workflows/${strange.definition.id}?project_id=${second.project.id}`;
    expect((await ask("GET", elsewhere)).status).toBe(404);
  });
});
