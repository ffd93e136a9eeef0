import { chmod, mkdir, mkdtemp, realpath, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { loadCodeDefinition } from "./load-code";

const PATH = ".agent/workflows/definitions/loop.ts";
const HEAD = 'import { defineWorkflow } from "phaseboard";\nimport { z } from "zod";\n';

describe("a definition in TypeScript", () => {
  let root: string;

  beforeEach(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), "phaseboard-code-")));
    // Under root a definition is loaded by somebody who owns nothing.
    await chmod(root, 0o755);
  });

  async function write(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }

  async function load(source: string, timeout_ms = 20_000) {
    await write(PATH, source);
    return loadCodeDefinition(root, PATH, { timeout_ms });
  }

  const faultsOf = async (source: string, timeout_ms?: number) => {
    const loaded = await load(source, timeout_ms);
    return loaded.ok
      ? []
      : loaded.faults.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`);
  };

  it("says its name, phases and args, and comes as one text with what it imports", async () => {
    await write("lib/rounds.ts", "export const ROUNDS: number = 10;\n");
    const loaded = await load(`${HEAD}
import { ROUNDS } from "../../../lib/rounds";
interface Unused { a: string }
export default defineWorkflow({
  name: "Fix until green",
  phases: ["implement", "test"],
  shell: "bash",
  args: z.object({ issue: z.string(), rounds: z.number().int().default(ROUNDS) }),
  async run({ args, step }) {
    await step.script("test", { run: "npm test" });
    return { issue: args.issue };
  },
});
`);
    expect(loaded).toMatchObject({
      ok: true,
      definition: {
        name: "Fix until green",
        description: "",
        phases: ["implement", "test"],
        is_template: false,
        shell: "bash",
        steps: [],
        args_schema: { type: "object", required: ["issue"], properties: { rounds: { default: 10 } } },
      },
    });
    expect(loaded.ok && loaded.definition.code).toContain("ROUNDS = 10");
    expect(loaded.ok && (loaded.definition.code?.length ?? 0) < 10_000).toBe(true);
  });

  it("has no args where it names none", async () => {
    const loaded = await load(
      `${HEAD}export default defineWorkflow({ name: "A", phases: ["a"], async run() {} });`,
    );
    expect(loaded).toMatchObject({ ok: true, definition: { args_schema: null } });
  });

  it("shows a fault of its syntax at its line and column", async () => {
    await write(PATH, `${HEAD}export default defineWorkflow({\n  name: "A"\n  phases: ["a"],\n});\n`);
    const loaded = await loadCodeDefinition(root, PATH);
    expect(!loaded.ok && loaded.faults[0]).toMatchObject({ file: PATH, line: 5, column: 3 });
  });

  it("shows what is thrown at the line that throws, also in a file that it imports", async () => {
    expect(await faultsOf(`${HEAD}\nconst a = 1;\nthrow new TypeError("no " + a);\n`)).toEqual([
      `${PATH}:5:7 TypeError: no 1`,
    ]);
    await write(
      "lib/deep.ts",
      "interface A { b: string }\nexport function deep(): never {\n  throw new Error('deep');\n}\n",
    );
    expect(await faultsOf(`${HEAD}import { deep } from "../../../lib/deep";\ndeep();\n`)).toEqual([
      "lib/deep.ts:3:9 deep",
    ]);
  });

  it("reads a text that is not written, as if it were in its file", async () => {
    await write("lib/name.ts", 'export const NAME = "Ship";\n');
    await mkdir(dirname(join(root, PATH)), { recursive: true });
    const source = `${HEAD}import { NAME } from "../../../lib/name";
export default defineWorkflow({ name: NAME, phases: ["a"], async run() {} });\n`;
    const loaded = await loadCodeDefinition(root, PATH, { source });
    expect(loaded).toMatchObject({ ok: true, definition: { name: "Ship" } });
    expect(await load(source), "the file gives the same bundle").toEqual(loaded);
    const broken = await loadCodeDefinition(root, PATH, { source: source.replace('["a"]', "[]") });
    expect(!broken.ok && broken.faults).toMatchObject([{ file: PATH, line: 4, column: 45, path: "phases" }]);
  });

  it.each([
    ["throws a string", 'throw "stop";', /threw "stop", which is no Error/],
    ["ends its process", "process.exit(0);", /ended the process while it was loaded \(exit code 0\)/],
    ["has no default export", "export const a = 1;", /must give `defineWorkflow\(/],
    ["imports what is not there", 'import "./gone";', /Could not resolve "\.\/gone"/],
    ["imports a package that is not installed", 'import "left-pad-of-nobody";', /Could not resolve/],
  ])("says why it does not load: it %s", async (_, code, reason) => {
    const faults = await faultsOf(`${HEAD}${code}\n`);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(reason);
  });

  it("says that it loops for ever", async () => {
    expect(await faultsOf(`${HEAD}for (;;) {}\n`, 2_000)).toEqual([`${PATH}:1:1 did not load within 2 s`]);
  });

  it.each([
    ["lists", "const all: number[][] = [];\nfor (;;) all.push(new Array(1e6).fill(1));"],
    ["buffers", "const all: Buffer[] = [];\nfor (;;) all.push(Buffer.alloc(1e7, 1));"],
  ])(
    "says that it needed too much memory for %s",
    async (_, code) => {
      const [fault] = await faultsOf(`${HEAD}${code}\n`, 60_000);
      expect(fault).toMatch(/needed too much memory to load/);
    },
    90_000,
  );

  it.each([
    ['  name: "", phases: ["a"], run() {},', "4:3 name: expected a name, found"],
    ['  name: "A", phases: [], run() {},', "4:14 phases: expected at least one phase"],
    ['  name: "A",\n  phases: ["a", "A"], run() {},', '5:3 phases[1]: the phase "A" is there twice'],
    ['  name: "A", phases: ["a"],', "3:16 defineWorkflow needs a function `run`"],
    ['  name: "A", run() {},', "3:16 phases is missing; expected a list of phases"],
    [
      '  name: "A", phases: ["a"],\n  args: z.object({ at: z.date() }), run() {},',
      "5:3 its args are no object",
    ],
    ['  name: "A", phases: ["a"],\n  args: z.string(), run() {},', "5:3 args"],
    [
      '  name: "A", phases: ["a"], run() {},\n\n  output: z.map(z.string(), z.string()),',
      "6:3 its output is",
    ],
    [
      '  name: "A", phases: ["a"], run() {},\n  env: { "A B": "1" },',
      '5:3 env["A B"]: expected a name of letters',
    ],
    [
      '  name: "A", phases: ["a"], run() {},\n  secrets: ["TOKEN", "TOKEN"],',
      '5:3 secrets[1]: "TOKEN" is there twice',
    ],
    [
      '  name: "A", phases: ["a"], run() {},\n  on: { schedule: [{ cron: "soon" }] },',
      "5:3 on.schedule[0].cron: ",
    ],
    [
      '  name: "A", phases: ["a"], run() {},\n  on: { webhook: [{ args: { a: "${{ bdy }}" } }] },',
      '5:3 on.webhook[0].args.a: unknown name "bdy"',
    ],
    ['  name: "A", phases: ["a"], run() {},\n  when: "never",', "5:3 when: unknown key"],
  ])("shows what is wrong with an option where it stands: %s", async (options, reason) => {
    const [fault] = await faultsOf(`${HEAD}export default defineWorkflow({\n${options}\n} as never);`);
    expect(fault).toContain(`${PATH}:${reason}`);
  });

  it("takes triggers, variables, secrets and the type of its output", async () => {
    const loaded = await load(`${HEAD}
export default defineWorkflow({
  name: "Nightly",
  phases: ["a"],
  args: z.object({ channel: z.enum(["beta", "stable"]), who: z.string().default("nobody") }),
  on: {
    schedule: [{ cron: "0 3 * * *", timezone: "Europe/Berlin", args: { channel: "beta" } }],
    webhook: [{ id: "push", args: { channel: "${"${{ body.channel }}"}" }, if: "${"${{ body.force }}"}" }],
  },
  concurrency: { group: "${"nightly-${{ args.channel }}"}", cancel_in_progress: true },
  env: { CI: 1, DEEP: true },
  secrets: ["TOKEN"],
  is_template: true,
  output: z.object({ rounds: z.number() }),
  async run() { return { rounds: 1 }; },
});
`);
    expect(loaded).toMatchObject({
      ok: true,
      definition: {
        on: {
          schedule: [{ key: "1", cron: "0 3 * * *", timezone: "Europe/Berlin", args: { channel: "beta" } }],
          webhook: [{ key: "push", args: { channel: "${{ body.channel }}" }, if: "${{ body.force }}" }],
        },
        concurrency: { group: "nightly-${{ args.channel }}", cancel_in_progress: true },
        env: { CI: "1", DEEP: "true" },
        secrets: ["TOKEN"],
        is_template: true,
        output_schema: { type: "object", required: ["rounds"] },
      },
    });
  });

  it("names the files that it was made from, also where it is broken", async () => {
    await write("lib/a.ts", 'export { b } from "./b";\n');
    await write("lib/b.ts", "export const b = 1;\n");
    const source = `${HEAD}import { b } from "../../../lib/a";\nexport default defineWorkflow({ name: String(b), phases: ["a"], run() {} });`;
    const all = [PATH, "lib/a.ts", "lib/b.ts"].map((path) => join(root, path));
    expect((await load(source)).files.sort()).toEqual(all.sort());
    expect((await load(`${source}\nthrow 1;`)).files.sort()).toEqual(all.sort());
    await write("lib/b.ts", "export const b = ;\n");
    expect((await load(source)).files).toEqual([join(root, "lib/b.ts")]);
  });

  it("sees nothing of the server's environment", async () => {
    process.env.PHASEBOARD_TEST_SECRET = "secret";
    const faults = await faultsOf(`${HEAD}throw new Error(Object.keys(process.env).sort().join());`);
    delete process.env.PHASEBOARD_TEST_SECRET;
    expect(faults[0]).not.toContain("SECRET");
    expect(faults[0]).toContain("PATH");
  });
});
