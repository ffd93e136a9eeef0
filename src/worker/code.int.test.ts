import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { DEFINITIONS_FOLDER } from "../features/definitions/files";
import { waitFor } from "../lib/wait-for";
import { testDatabase } from "../test/database";
import { type MadeProject, makeProject } from "../test/factories";
import { callerOf } from "../test/people";
import { readRun, untilRun } from "../test/runs";
import { endWorkersAfterEach, startWorkerProcess } from "../test/worker-process";

const database = testDatabase({ fresh: true });
endWorkersAfterEach();

describe("a definition in TypeScript", () => {
  let made: MadeProject;
  const call = () => callerOf(database.db, made.owner);

  beforeEach(async () => {
    made = await makeProject(database.db);
  });

  /** Writes the body of `run`, reads it in, and starts it. */
  async function start(slug: string, body: string, args = {}): Promise<string> {
    const folder = join(made.project.path, DEFINITIONS_FOLDER);
    await mkdir(folder, { recursive: true });
    const source = `import { defineWorkflow } from "phaseboard";
import { z } from "zod";
export default defineWorkflow({
  name: "${slug}", phases: ["plan", "work"], args: z.object({ who: z.string().default("nobody") }),
  async run({ args, step, phase, approve, comment, artifact, sleep }) {
${body}
  },
});
`;
    await writeFile(join(folder, `${slug}.ts`), source);
    await call().definitions.sync({ project_id: made.project.id });
    const project_id = made.project.id;
    return (await call().runs.create({ project_id, workflow_definition_id: slug, name: slug, args })).id;
  }

  const lines = async (file: string) =>
    (await readFile(join(made.project.path, file), "utf8").catch(() => ""))
      .trim()
      .split("\n")
      .filter(Boolean);

  it("runs scripts and functions, keeps files, comments, and sleeps", async () => {
    await startWorkerProcess(database.url);
    const id = await start(
      "whole",
      `    await phase("work");
    const built = await step.script<{ version: string }>("build", {
      run: \`echo "$WHO" > made.txt; echo '{"version":"1.6"}' > "$PHASEBOARD_OUTPUT"\`,
      env: { WHO: args.who },
    });
    const parts = await Promise.all([1, 2, 3].map((n) => step.function(\`part-\${n}\`, () => { console.log("part", n); return n * 2; })));
    await artifact("made.txt");
    await comment(\`Built **\${built.output.version}**\`);
    await sleep("1s");
    return parts.map((part) => part.output);`,
      { who: "$(id) `id` ; ${{ args.who }}" },
    );
    await untilRun(database.db, id, "completed");
    const { steps, comments, artifacts } = await call().runs.get({ id });
    expect(steps.map(({ step_id, kind, status, phase }) => [step_id, kind, status, phase])).toEqual([
      ["build", "script", "completed", "work"],
      ["part-1", "function", "completed", "work"],
      ["part-2", "function", "completed", "work"],
      ["part-3", "function", "completed", "work"],
      ["artifact-1", "function", "completed", "work"],
      ["sleep-1", "function", "completed", "work"],
    ]);
    expect(steps.slice(1, 4).map((step) => step.output)).toEqual([2, 4, 6]);
    expect(comments.map((comment) => comment.text)).toEqual(["Built **1.6**"]);
    expect(artifacts.map((artifact) => artifact.name)).toEqual(["made.txt"]);
    expect(await lines("made.txt")).toEqual(["$(id) `id` ; ${{ args.who }}"]);
  });

  it("goes on from its last completed step when its worker is killed with -9", async () => {
    const worker = await startWorkerProcess(database.url);
    const id = await start(
      "killed",
      `    await step.script("one", { run: "echo one >> calls.txt" });
    await step.function("two", async () => { const fs = await import("node:fs"); fs.appendFileSync("calls.txt", "two\\n"); });
    await step.script("three", { run: "echo three >> calls.txt; while [ ! -e release ]; do sleep 0.05; done" });
    await step.script("four", { run: "echo four >> calls.txt" });`,
    );
    expect(await waitFor(async () => (await lines("calls.txt")).includes("three"), 20_000)).toBe(true);
    worker.kill("SIGKILL");
    await startWorkerProcess(database.url);
    await writeFile(join(made.project.path, "release"), "");
    await untilRun(database.db, id, "completed");
    const calls = await lines("calls.txt");
    expect(calls.filter((line) => line !== "three")).toEqual(["one", "two", "four"]);
  });

  it("waits for people, outlives its workers and its file, and goes on with what was decided", async () => {
    const worker = await startWorkerProcess(database.url);
    const id = await start(
      "asks",
      `    const { output } = await approve<{ approved_by: string[] }>("ok", { prompt: "Go on?", approvers: { role: "owner" } });
    await step.script("after", { run: 'echo "$BY" > by.txt', env: { BY: output.approved_by.join() } });`,
    );
    expect(
      await waitFor(async () => (await readRun(database.db, id)).run.waiting_since !== null, 20_000),
    ).toBe(true);
    worker.kill("SIGKILL");
    // Another revision; the run is pinned to its own.
    await start("asks", '    throw new Error("not this one");');
    const [step] = (await readRun(database.db, id)).steps;
    await call().steps.decide({ id: step?.id ?? "", decision: "approve" });
    await startWorkerProcess(database.url);
    await untilRun(database.db, id, "completed");
    expect(await lines("by.txt")).toEqual(["Owner"]);
  });

  it("that misbehaves fails with a reason, and its neighbours do not notice", async () => {
    await startWorkerProcess(database.url, { PHASEBOARD_CONCURRENCY: "12" });
    const good = () => step(20);
    const step = (n: number) =>
      `    for (let i = 0; i < ${n}; i++) await step.function(\`s\${i}\`, () => i);`;
    const bad = [
      ["loops", "    for (;;) {}", /has not answered for 20 s/],
      ["exits", "    process.exit(0);", /ended its process \(exit code 0\)/],
      [
        "eats",
        "    const all: unknown[] = []; for (;;) all.push(new Array(1e6).fill(1));",
        /took more than 512 MB/,
      ],
      ["string", '    throw "stop";', /threw "stop", which is no Error/],
      ["twice", `${step(1)}\n${step(1)}`, /step id "s0" is used twice/],
      [
        "throws",
        '    await step.function("a", () => 1);\n    throw new TypeError("no");',
        /TypeError: no \(.agent\/workflows\/definitions\/throws.ts:7\)/,
      ],
      [
        "in a step",
        '    await step.function("a", () => process.exit(3));',
        /Step "a" failed: The definition's code ended its process \(exit code 3\)/,
      ],
    ] as const;
    const ids = await Promise.all(bad.map(([slug, body]) => start(slug.replace(/ /g, "-"), body)));
    const neighbours = await Promise.all([1, 2].map((n) => start(`good-${n}`, good())));
    for (const id of neighbours) await untilRun(database.db, id, "completed", 30_000);
    for (const [index, id] of ids.entries()) {
      await untilRun(database.db, id, "failed", 60_000);
      expect((await readRun(database.db, id)).run.error_message).toMatch(bad[index]?.[2] ?? /never/);
    }
  }, 120_000);
});
