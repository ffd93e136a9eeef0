import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { runTypes } from "./types";

let project: string;
let printed: string;

beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), "phaseboard-types-"));
  printed = "";
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    printed += text;
    return true;
  });
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rm(project, { recursive: true });
});

async function define(name: string, source: string): Promise<void> {
  const folder = join(project, ".agent", "workflows", "definitions");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), source);
}

const declarations = () => readFile(join(project, ".agent", "phaseboard.d.ts"), "utf8");

const SHIP = `
name: Ship a release
description: Build and publish
phases: [build, publish]
args_schema:
  type: object
  required: [channel, version]
  properties:
    channel: { type: string, enum: [beta, stable], default: beta, description: Who gets it. }
    version: { type: string }
    targets: { type: array, items: { $ref: "#/$defs/target" } }
  $defs:
    target: { type: object, properties: { os: { enum: [linux, mac] } }, required: [os] }
steps:
  - { id: build, phase: build, type: script, run: "true" }
  - { id: sign-off, phase: publish, type: script, run: "true" }
`;
const PLAIN = "name: Plain\nphases: [a]\nsteps: [{ id: one, type: script, run: 'true' }]\n";

describe("phaseboard types", () => {
  it("declares args, steps and phases of each definition by its slug", async () => {
    await define("ship.yaml", SHIP);
    await define("Plain Work.yml", PLAIN);
    expect(await runTypes(project)).toBe(true);
    expect(
      await declarations(),
    ).toBe(`// Written by \`phaseboard types\` from the definitions beside it. Changes are lost when it is written again.
// @phaseboard/client checks the args of a run by it.

interface PhaseboardDefinitions {
  /** Plain */
  "plain-work": {
    args: Record<string, unknown>;
    step_id: "one";
    phase: "a";
    output: null;
  };
  /** Ship a release: Build and publish */
  ship: {
    args: {
      /** Who gets it. */
      channel?: "beta" | "stable";
      version: string;
      targets?: {
        os: "linux" | "mac";
      }[];
    };
    step_id: "build" | "sign-off";
    phase: "build" | "publish";
    output: null;
  };
}
`);
    const first = await declarations();
    await runTypes(project);
    expect(await declarations()).toBe(first);
  });

  it("names a broken definition and writes the others", async () => {
    await define("ship.yaml", SHIP);
    await define("broken.yaml", "name: Broken\nphases: [a]\nsteps: [{ id: one, type: scrip }]\n");
    expect(await runTypes(project)).toBe(false);
    expect(printed).toContain(".agent/workflows/definitions/broken.yaml:3:");
    expect(await declarations()).toContain("  ship: {");
    expect(await declarations()).not.toContain("broken");
  });

  it("numbers slugs as the server does", async () => {
    await define("same.yaml", PLAIN);
    await define("Same.yml", PLAIN);
    await runTypes(project);
    expect(await declarations()).toMatch(/ {2}same: \{[\s\S]*"same-2": \{/);
  });

  it("refuses a folder that is no project, and writes nothing there", async () => {
    await expect(runTypes(project)).rejects.toMatchObject({
      message: expect.stringContaining(`${project} has no .agent/workflows/definitions`),
    });
    await expect(declarations()).rejects.toMatchObject({ code: "ENOENT" });
  });
});
