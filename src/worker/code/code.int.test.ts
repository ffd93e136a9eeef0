import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { logKey } from "../../engine/logs/paths";
import { DEFINITIONS_FOLDER } from "../../features/definitions/files";
import { followRunLog } from "../../features/runs/queries/follow-run-log";
import { listTree } from "../../lib/process-tree";
import { testDatabase } from "../../test/database";
import { type MadeProject, makeProject } from "../../test/factories";
import { callerOf } from "../../test/people";
import { readRun, untilRun } from "../../test/runs";
import { endWorkersAfterEach, startWorkerProcess } from "../../test/worker-process";
import { fileLogs } from "../logs/file-logs";

const database = testDatabase({ fresh: true });
endWorkersAfterEach();

const HELPER = `/** Unused lines. */
export function helper(n: number): void {
  throw new Error(\`helped \${n}\`);
}
`;

describe("a definition in TypeScript", () => {
  let made: MadeProject;
  const call = () => callerOf(database.db, made.owner);

  beforeEach(async () => {
    made = await makeProject(database.db);
  });

  /** Writes the body of `run`. */
  async function define(slug: string, body: string): Promise<void> {
    const folder = join(made.project.path, DEFINITIONS_FOLDER);
    await mkdir(folder, { recursive: true });
    await mkdir(join(made.project.path, "lib"), { recursive: true });
    await writeFile(join(made.project.path, "lib", "helper.ts"), HELPER);
    const checks =
      slug === "wants-other-args" ? '.refine((who) => who !== "nobody", "must be somebody")' : "";
    const source = `import { defineWorkflow } from "phaseboard";
import { z } from "zod";
import { helper } from "../../../lib/helper";
export default defineWorkflow({
  name: "${slug}", phases: ["plan", "work"], args: z.object({ who: z.string().default("nobody")${checks} }),
  async run({ args, step, phase, approve, comment, artifact, sleep }) {
${body}
  },
});
`;
    await writeFile(join(folder, `${slug}.ts`), source);
  }

  /** Reads the definitions in, and starts these. */
  async function startAll(slugs: string[], args = {}): Promise<string[]> {
    const project_id = made.project.id;
    await call().definitions.sync({ project_id });
    const start = (slug: string) =>
      call().runs.create({ project_id, workflow_definition_id: slug, name: slug, args });
    return (await Promise.all(slugs.map(start))).map(({ id }) => id);
  }

  async function start(slug: string, body: string, args = {}): Promise<string> {
    await define(slug, body);
    const [id = ""] = await startAll([slug], args);
    return id;
  }

  const lines = async (file: string) =>
    (await readFile(join(made.project.path, file), "utf8").catch(() => ""))
      .trim()
      .split("\n")
      .filter(Boolean);

  it("runs scripts and functions, keeps files, comments, and sleeps", async () => {
    // As the procedures of the tests seal with it.
    await startWorkerProcess(database.url, { NEXTAUTH_SECRET: "secret of the tests" });
    const project_id = made.project.id;
    await call().secrets.set({ project_id, name: "TOKEN", value: "hunter-two" });
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
    await step.function("publish", ({ secrets, env }) => {
      console.log("with", secrets.TOKEN);
      return { token: secrets.TOKEN, length: secrets.TOKEN?.length, env: Object.values({ ...process.env, ...env }).includes("hunter-two") };
    }, { secrets: ["TOKEN"] });
    await step.script("sh", { run: "false | true" });
    await step.script("bash", { run: "false | true", shell: "bash", continueOnError: true });
    await sleep("1s");
    return parts.map((part) => part.output);`,
      { who: "$(id) `id` ; ${{ args.who }}" },
    );
    await untilRun(database.db, id, "completed");
    const { steps, comments, artifacts, output } = await call().runs.get({ id });
    expect(output).toEqual([2, 4, 6]);
    expect(steps.find(({ step_id }) => step_id === "publish")?.output).toEqual({
      token: "***",
      length: 10,
      env: false,
    });
    await fileLogs(database.db, id);
    expect(await lines(logKey(id, "publish", 1, "events"))).toEqual([
      expect.stringContaining("with ***"),
      expect.stringContaining("holds the value of a secret"),
    ]);
    expect(steps.map(({ step_id, kind, status, phase }) => [step_id, kind, status, phase])).toEqual([
      ["build", "script", "completed", "work"],
      ["part-1", "function", "completed", "work"],
      ["part-2", "function", "completed", "work"],
      ["part-3", "function", "completed", "work"],
      ["artifact-1", "function", "completed", "work"],
      ["publish", "function", "completed", "work"],
      ["sh", "script", "completed", "work"],
      ["bash", "script", "failed", "work"],
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
    await expect.poll(() => lines("calls.txt")).toContain("three");
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
    await expect.poll(async () => (await readRun(database.db, id)).run.waiting_since).not.toBeNull();
    worker.kill("SIGKILL");
    // Another revision; the run is pinned to its own.
    await start("asks", '    throw new Error("not this one");');
    const [step] = (await readRun(database.db, id)).steps;
    await call().steps.decide({ id: step?.id ?? "", decision: "approve" });
    await startWorkerProcess(database.url);
    await untilRun(database.db, id, "completed");
    expect(await lines("by.txt")).toEqual(["Owner"]);
  });

  it("has a log of what it prints by itself, once, with secrets hidden, also of its last words", async () => {
    const worker = await startWorkerProcess(database.url, { NEXTAUTH_SECRET: "secret of the tests" });
    const project_id = made.project.id;
    await call().secrets.set({ project_id, name: "TOKEN", value: "hunter-two" });
    await define(
      "prints",
      `    const { execSync } = await import("node:child_process");
    console.log("for", args.who);
    let token = "";
    const { output } = await step.function("one", ({ secrets }) => { console.log("of the step"); token = secrets.TOKEN ?? ""; return 1; }, { secrets: ["TOKEN"] });
    console.log("one gave", output, token);
    execSync("echo of a program", { stdio: "inherit" });
    const asked = approve("ok", { prompt: "Go on?", approvers: { role: "owner" } });
    console.error("asked");
    await asked;
    process.stdout.write("last ");
    process.stdout.write("words");
    process.exit(3);`,
    );
    const [id = ""] = await startAll(["prints"], { who: "Ada" });
    const since = async () => (await readRun(database.db, id)).run.waiting_since;
    await expect.poll(since).not.toBeNull();
    const printed = async () => {
      let text = "";
      const pieces = await followRunLog(
        { db: database.db, actor: made.owner },
        { id, offset: 0, follow: false },
        new AbortController().signal,
      );
      for await (const piece of pieces) text += piece.text;
      const said = text
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line));
      // What the code, its programs and the two streams say at once has no order among them.
      return said.map(({ stream, text: words }) => `${stream} ${words.trimEnd()}`).sort();
    };
    const first = ["stdout for Ada", "stdout one gave 1 ***", "stdout of a program", "stderr asked"].sort();
    expect(await printed()).toEqual(first);
    worker.kill("SIGKILL");
    const asked = (await readRun(database.db, id)).steps.find(({ step_id }) => step_id === "ok");
    await call().steps.decide({ id: asked?.id ?? "", decision: "approve" });
    await startWorkerProcess(database.url, { NEXTAUTH_SECRET: "secret of the tests" });
    await untilRun(database.db, id, "failed");
    const ended = [...first, "stdout last words"].sort();
    expect(await printed()).toEqual(ended);
    await fileLogs(database.db, id);
    expect(await lines(logKey(id, "one", 1, "events"))).toEqual([expect.stringContaining("of the step")]);
    await call().runs.retry({ id, from_step_id: "ok" });
    await expect.poll(since).not.toBeNull();
    const again = [
      "system Retried from ok by Owner",
      "stdout one gave 1",
      "stdout of a program",
      "stderr asked",
    ];
    // A program that the code starts writes beside it, and may be read first.
    expect((await printed()).sort()).toEqual([...ended, ...again].sort());
    expect((await call().runs.get({ id })).log_bytes).toBeGreaterThan(300);
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
        /^TypeError: no \(.agent\/workflows\/definitions\/throws.ts:8:11\)$/,
      ],
      [
        "throws in a function",
        '    await step.function("a", () => {\n      throw new Error("no");\n    });',
        /^Step "a" failed: no \(.agent\/workflows\/definitions\/throws-in-a-function.ts:8:13\)$/,
      ],
      ["throws elsewhere", "    helper(1);", /^helped 1 \(lib\/helper.ts:3:9\)$/],
      [
        "wants other args",
        "",
        /^args.who: must be somebody \(.agent\/workflows\/definitions\/wants-other-args.ts:4:16\)$/,
      ],
      [
        "awaits nothing",
        '    void Promise.reject(new Error("lost"));\n    await sleep("1h");',
        /^lost \(.agent\/workflows\/definitions\/awaits-nothing.ts:7:25\)$/,
      ],
      [
        "does not wait",
        '    void step.script("a", { run: "exit 3" });\n    return "released";',
        /^Step "a" failed: Exited with code 3/,
      ],
      [
        "does not wait in a loop",
        '    ["a", "b"].forEach(async (id) => { await step.script(id, { run: "exit 4" }); });',
        /^Step "[ab]" failed: Exited with code 4/,
      ],
      [
        "closes its channel",
        "    process.disconnect();\n    await new Promise(() => {});",
        /^The definition's code closed the channel to its worker$/,
      ],
      [
        "floods its channel",
        "    for (let n = 0; ; n++) { process.send?.([{ call: -n, phase: 'work' }]); if (n % 500 === 0) await phase('work'); }",
        /sent cannot be read: there are more than 100000 messages$/,
      ],
      [
        "answers unasked",
        "    for (;;) { process.send?.([{ pong: true }]); await new Promise((resolve) => setImmediate(resolve)); }",
        /sent cannot be read: it answers what was not asked$/,
      ],
      [
        "forges",
        '    process.send?.("words");\n    await sleep("1h");',
        /sent cannot be read: it is no message/,
      ],
      [
        "nests",
        "    let a: unknown = 1; for (let i = 0; i < 1e5; i++) a = [a];\n    return a;",
        /cannot be kept as JSON/,
      ],
      ["returns a function", "    return () => 1;", /cannot be kept as JSON: it is a function$/],
      [
        "returns much",
        '    return "x".repeat(20 * 1024 * 1024);',
        /is larger than 1 MiB \(20.0 MiB as JSON\)/,
      ],
      [
        "leaves a child",
        `    const { spawn } = await import("node:child_process");
    const child = spawn("sleep", ["1000"], { stdio: "ignore", detached: true });
    child.unref();
    const { appendFileSync } = await import("node:fs");
    appendFileSync("children.txt", child.pid + "\\n");
    process.exit(4);`,
        /ended its process \(exit code 4\)/,
      ],
      [
        "in a step",
        '    await step.function("a", () => process.exit(3));',
        /Step "a" failed: The definition's code ended its process \(exit code 3\)/,
      ],
    ] as const;
    const slugOf = (name: string) => name.replace(/ /g, "-");
    for (const [name, body] of bad) await define(slugOf(name), body);
    for (const name of ["good-1", "good-2"]) await define(name, good());
    const ids = await startAll(["good-1", "good-2", ...bad.map(([name]) => slugOf(name))]);
    const neighbours = ids.splice(0, 2);
    for (const id of neighbours) await untilRun(database.db, id, "completed");
    for (const [index, id] of ids.entries()) {
      await untilRun(database.db, id, "failed", 120_000);
      expect((await readRun(database.db, id)).run.error_message).toMatch(bad[index]?.[2] ?? /never/);
    }
    expect(await lines("children.txt")).not.toEqual([]);
    const left = () => listTree({ marked: (value) => ids.some((id) => value.includes(id)) });
    await expect.poll(left).toEqual([]);
  }, 240_000);
});
