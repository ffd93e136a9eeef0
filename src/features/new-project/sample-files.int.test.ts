import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { AGENTS_FILE, parseAgents } from "../../engine/agent-settings/parse-agents";
import { checkArgs } from "../../engine/definition/args";
import { parseYamlDefinition } from "../../engine/definition/parse-yaml";
import type { CompiledDefinition } from "../../engine/definition/types";
import { type ExpressionScope, interpolate } from "../../engine/expressions/expressions";
import { writeSampleProject } from "./sample-files";

const run = promisify(execFile);
let folder: string;
let definition: CompiledDefinition;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "phaseboard-sample-"));
  await writeSampleProject(folder);
  const file = ".agent/workflows/definitions/ship.yaml";
  const parsed = parseYamlDefinition(await readFile(join(folder, file), "utf8"), file);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  definition = parsed.definition;
});

afterAll(() => rm(folder, { recursive: true, force: true }));

it("has an agent, and a definition that it works in", async () => {
  const file = ".agent/workflows/definitions/issue-to-change.yaml";
  const parsed = parseYamlDefinition(await readFile(join(folder, file), "utf8"), file);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  const agents = parseAgents(await readFile(join(folder, AGENTS_FILE), "utf8"));
  if (!agents.ok) throw new Error(JSON.stringify(agents.faults));
  const [write] = parsed.definition.steps;
  expect(write?.kind === "agent" && agents.agents.has(write.agent)).toBe(true);
  const checked = checkArgs(parsed.definition.args_schema, {});
  if (!checked.ok || write?.kind !== "agent") throw new Error("its args have no defaults");
  const { args } = checked;
  const scope = {
    args,
    steps: {},
    run: { id: "r", name: "R", number: 1 },
    project: { id: "p", name: "P", slug: "p" },
  };
  expect(interpolate(write.prompt, scope)).toContain("Understand weeks");
  expect(interpolate(write.prompt, { ...scope, args: { ...args, ask_first: true } })).toContain("Ask before");
});

it("has a form with defaults alone", () => {
  expect(checkArgs(definition.args_schema, {})).toEqual({
    ok: true,
    args: { channel: "beta", check_readme: true, note: "Spans read and written as people do" },
  });
});

it("ships, step by step, with only what a step's environment has and no network", {
  timeout: 60_000,
}, async () => {
  const artifacts = join(folder, "artifacts");
  const home = join(folder, "home");
  await mkdir(artifacts);
  await mkdir(home);
  const checked = checkArgs(definition.args_schema, { channel: "stable" });
  if (!checked.ok) throw new Error("the args were refused");
  const scope: ExpressionScope = {
    args: checked.args,
    steps: {},
    run: { id: "run", name: "Test", number: 1 },
    project: { id: "project", name: "Sample", slug: "sample" },
  };
  const outputs: Record<string, unknown> = {};
  for (const step of definition.steps) {
    if (step.kind !== "script") throw new Error(`${step.id} is no script`);
    const output = join(folder, `${step.id}.json`);
    const own = Object.entries(step.env).map(([name, value]) => [name, interpolate(value, scope)]);
    const env = {
      PATH: process.env.PATH,
      HOME: home,
      LANG: "C.UTF-8",
      TZ: "UTC",
      ...Object.fromEntries(own),
    };
    const phaseboard = { PHASEBOARD_OUTPUT: output, PHASEBOARD_ARTIFACTS: artifacts };
    await run("sh", ["-c", step.run], { cwd: folder, env: { ...env, ...phaseboard } });
    outputs[step.id] = await readFile(output, "utf8").then(JSON.parse, () => null);
    scope.steps[step.id] = { status: "completed", output: outputs[step.id], attempt: 1 };
  }
  expect(outputs.inspect).toMatchObject({ name: "timespan", version: "1.4.0" });
  expect(outputs.pack).toMatchObject({
    file: "release/timespan-1.4.0.tgz",
    channel: "stable",
    sha256: expect.any(String),
  });
});
