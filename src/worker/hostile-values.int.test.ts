import { createHmac } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeDatabase } from "../db/client";
import { parseYamlDefinition } from "../engine/definition/parse-yaml";
import { DEFINITIONS_FOLDER } from "../features/definitions/files";
import { agentTests } from "../test/agents";
import { testDatabase } from "../test/database";
import type { MadeProject } from "../test/factories";
import { callerOf } from "../test/people";
import { askRoute } from "../test/routes";
import { readRun } from "../test/runs";
import { web } from "../trpc/web";
import { runWorker, type Worker } from "./main";

const database = testDatabase({ fresh: true });
const { make } = agentTests(database);

/** What somebody would send who wants a shell, an expression or a program to take it for its own. */
const VALUES = [
  "$(touch pwned)",
  "`touch pwned`",
  "; touch pwned #",
  "a\nb\r\ntouch pwned\n",
  "x${IFS}y",
  "$HOME ~ * ?",
  `it's "quoted" \\"more\\" \\`,
  "' || touch pwned || '",
  "--output=pwned",
  "-rf /",
  "${{ args.values }}",
  "}} ${{ project.slug }}",
  "%s%n",
  "\u202e\u0007 ünïcode 🎉",
  "",
];

/** Tells what it was given, by its environment and its file of args. */
const SHOW = `node -e '
  const values = Object.keys(process.env).filter((name) => /^V[0-9]+$/.test(name));
  const env = values.sort((a, b) => a.slice(1) - b.slice(1)).map((name) => process.env[name]);
  const { values: args } = JSON.parse(require("fs").readFileSync(process.env.PHASEBOARD_ARGS, "utf8"));
  require("fs").writeFileSync(process.env.PHASEBOARD_OUTPUT, JSON.stringify({ env, args }));
'; for value in "$V0" "$V8"; do printf "%s\\n" "$value" > /dev/null; done`;

const YAML = JSON.stringify({
  name: "YAML",
  phases: ["work"],
  args_schema: { type: "object", properties: { values: { type: "array", items: { type: "string" } } } },
  on: { webhook: [{ args: { values: "${{ body.values }}" } }] },
  steps: [
    {
      id: "script",
      type: "script",
      run: SHOW,
      env: Object.fromEntries(VALUES.map((_, index) => [`V${index}`, `\${{ args.values[${index}] }}`])),
    },
    { id: "agent", type: "agent", agent: "player", prompt: "Do ${{ args.values.join('|') }}" },
    { id: "ask", type: "approval", prompt: "Do ${{ args.values.join('|') }}" },
  ],
});

const CODE = `import { defineWorkflow } from "phaseboard";
import { z } from "zod";
export default defineWorkflow({
  name: "Code",
  phases: ["work"],
  args: z.object({ values: z.array(z.string()) }),
  on: { webhook: [{ args: { values: "\${{ body.values }}" } }] },
  async run({ args: { values }, step, approve }) {
    const env = Object.fromEntries(values.map((value, index) => ["V" + index, value]));
    await step.script("script", { run: ${JSON.stringify(SHOW)}, env });
    const agent = await step.agent("agent", { agent: "player", prompt: "Do " + values.join("|") });
    await step.function("function", ({ env }) => ({ env: Object.values(env), args: values }), { env });
    await approve("ask", { prompt: "Do " + values.join("|") });
  },
});
`;

let made: MadeProject;
let worker: Worker;
beforeAll(async () => {
  process.env.DATABASE_URL = database.url;
  process.env.NEXTAUTH_SECRET = "secret of the tests";
  made = await make({ turn: [{ echo: true }] });
  const folder = join(made.project.path, DEFINITIONS_FOLDER);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "yaml.yaml"), YAML);
  await writeFile(join(folder, "code.ts"), CODE);
  await callerOf(database.db, made.owner).definitions.sync({ project_id: made.project.id });
  worker = await runWorker({ databaseUrl: database.url, concurrency: 4, dataDir: "/tmp" });
});
afterAll(async () => {
  await worker.drain();
  await closeDatabase(web().db);
});

/** Starts a run as somebody who has the signing secret would from anywhere. */
async function deliver(slug: string, values: string[]): Promise<string> {
  const { definitions, triggers } = callerOf(database.db, made.owner);
  const { items } = await definitions.list({ project_id: made.project.id });
  const definition = items.find((item) => item.slug === slug);
  expect(definition?.load_error).toBeNull();
  const [hook] = (await triggers.list({ definition_id: definition?.id ?? "" })).items;
  if (hook?.kind !== "webhook") throw new Error("expected a webhook");
  await triggers.setEnabled({ id: hook.id, enabled: true });
  const { secret } = await triggers.rotateSecret({ id: hook.id });
  const body = JSON.stringify({ values });
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  const headers = { "content-type": "application/json", "x-hub-signature-256": `sha256=${signature}` };
  const answer = await askRoute(
    new Request(`http://localhost${hook.path}`, { method: "POST", body, headers }),
  );
  const { data } = (await answer.json()) as { data: { run_id: string } };
  return data.run_id;
}

describe("values that look like something else", () => {
  it.each(["yaml", "code"])("are plain data in every kind of step, from a webhook on: %s", async (slug) => {
    const id = await deliver(slug, VALUES);
    const asks = async () => (await readRun(database.db, id)).steps.some((step) => step.waiting_for !== null);
    const state = async () => ((await asks()) ? "asks" : (await readRun(database.db, id)).run.status);
    await expect.poll(state, { timeout: 60_000 }).toMatch(/^(asks|failed)$/);
    const { run, steps } = await readRun(database.db, id);
    expect(run.error_message).toBeNull();
    expect(run.args).toEqual({ values: VALUES });
    const outputs = Object.fromEntries(steps.map((step) => [step.step_id, step.output]));
    expect(outputs.script).toEqual({ env: VALUES, args: VALUES });
    if (slug === "code") expect(outputs.function).toEqual({ env: VALUES, args: VALUES });
    const prompt = `Do ${VALUES.join("|")}`;
    expect(outputs.agent).toMatchObject({ text: prompt });
    expect(steps.find((step) => step.step_id === "ask")?.request?.prompt).toBe(prompt);
    await expect(readFile(join(made.project.path, "pwned"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("are refused where no process can be given them", async () => {
    const { runs } = callerOf(database.db, made.owner);
    const given = { project_id: made.project.id, name: "NUL", args: { values: ["a\0b"] } };
    for (const workflow_definition_id of ["yaml", "code"]) {
      await expect(runs.create({ ...given, workflow_definition_id })).rejects.toMatchObject({
        code: "BAD_REQUEST",
        message: expect.stringContaining("args.values.0"),
      });
    }
  });

  it("cannot stand in a command, which says how they get there", () => {
    const run = 'deploy --to "${{ args.target }}"';
    const source = `name: A\nphases: [a]\nsteps:\n  - { id: one, type: script, run: '${run}' }\n`;
    const parsed = parseYamlDefinition(source, "a.yaml");
    expect(parsed.ok ? [] : parsed.faults).toMatchObject([
      {
        line: 4,
        message: expect.stringContaining('write env: { TARGET: "${{ args.target }}" } and use "$TARGET"'),
      },
    ]);
  });
});
