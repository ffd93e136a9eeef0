import { spawnSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { packageRoot } from "../lib/package-root";
import { runLint } from "./lint";
import { runTypes } from "./types";

const DEFINITION = `import { defineWorkflow } from "phaseboard";
import { z } from "zod";

export default defineWorkflow({
  name: "Loop",
  phases: ["work"],
  args: z.object({ issue: z.string(), rounds: z.number().default(3) }),
  on: { schedule: [{ cron: "@daily", args: { issue: "7" } }], webhook: [{ args: { issue: "\${{ body.issue }}" } }] },
  env: { CI: 1 },
  secrets: ["TOKEN"],
  output: z.object({ count: z.number() }),
  async run({ args, step }) {
    const rounds: number = args.rounds;
    const made = await step.function("count", ({ secrets, env, attempt }) => rounds + attempt, { env: { A: true } });
    const count: number = made.output;
    await step.script("show", { run: 'echo "$COUNT"', env: { COUNT: String(count) } });
    // LATER
    return { count };
  },
});
`;

describe("phaseboard definition lint", () => {
  it("prints each fault of each file, named as it was given", async () => {
    const project = await mkdtemp(join(tmpdir(), "phaseboard-lint-"));
    await chmod(project, 0o755);
    const folder = join(project, ".agent/workflows/definitions");
    await mkdir(folder, { recursive: true });
    const [good, bad] = [join(folder, "good.yaml"), join(folder, "bad.ts")];
    await writeFile(good, "name: Good\nphases: [a]\nsteps: [{ id: a, type: script, run: make }]\n");
    await writeFile(bad, 'import "./gone";\nimport "./gone-too";\n');
    const print = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    try {
      expect(await runLint([good], {})).toBe(true);
      expect(await runLint([good, bad], {})).toBe(false);
      expect(print.mock.calls).toEqual([
        [`${bad}:1:8 Could not resolve "./gone"\n${bad}:2:8 Could not resolve "./gone-too"\n`],
      ]);
    } finally {
      print.mockRestore();
    }
  });
});

describe("phaseboard types", () => {
  it("lets a project write definitions in TypeScript without installing anything of ours", async () => {
    const project = await mkdtemp(join(tmpdir(), "phaseboard-types-"));
    const folder = join(project, ".agent/workflows/definitions");
    await mkdir(folder, { recursive: true });
    await mkdir(join(project, "node_modules"));
    await symlink(join(packageRoot(), "node_modules/zod"), join(project, "node_modules/zod"));
    await writeFile(join(folder, "loop.ts"), DEFINITION);
    expect(await runTypes(project)).toBe(true);
    const declared = await readFile(join(project, ".agent/phaseboard.d.ts"), "utf8");
    expect(declared).toMatch(/loop: \{\n {4}args: \{\n {6}issue: string;\n {6}rounds\?: number;/);
    expect(declared).toContain("step_id: string;");
    expect(declared).toMatch(/output: \{\n {6}count: number;\n {4}\};/);

    const compile = () =>
      spawnSync(
        process.execPath,
        [
          join(packageRoot(), "node_modules/typescript/bin/tsc"),
          ..."--strict --noEmit --module nodenext --target es2022 --types".split(" "),
          "",
          ".agent/phaseboard-module.d.ts",
          ".agent/workflows/definitions/loop.ts",
        ],
        { cwd: project, encoding: "utf8" },
      );
    const good = compile();
    expect(good.stdout).toBe("");
    expect(good.status).toBe(0);
    await writeFile(
      join(folder, "loop.ts"),
      DEFINITION.replace("// LATER", 'await step.script("x", { command: "ls" });\n    args.nothing;').replace(
        "{ count }",
        "{ rounds }",
      ),
    );
    const bad = compile();
    expect(bad.status).not.toBe(0);
    for (const line of [12, 17, 18]) expect(bad.stdout).toContain(`loop.ts(${line},`);
  });
});
