import { describe, expect, it } from "vitest";
import { renderFaults } from "./faults";
import { parseYamlDefinition } from "./parse-yaml";
import { textOfRun } from "./text-of-run";

const source = (concurrency: string) => `name: Ship
phases: [build]
args_schema: { type: object, properties: { channel: { type: string } } }
concurrency: ${concurrency}
steps: [{ id: one, type: script, run: make }]
`;

const read = (concurrency: string) => {
  const result = parseYamlDefinition(source(concurrency), "d.yaml");
  return result.ok ? result.definition.concurrency : renderFaults(result.faults);
};

describe("concurrency", () => {
  it("is read with its default", () => {
    expect(read('{ group: "ship-${{ args.channel }}" }')).toEqual({
      ...{ group: "ship-${{ args.channel }}", cancel_in_progress: false },
    });
    expect(read("{ group: one, cancel_in_progress: true }")).toEqual({
      group: "one",
      cancel_in_progress: true,
    });
  });

  it.each([
    ["one", "expected a mapping with group and cancel_in_progress"],
    ["{ cancel_in_progress: true }", "group is missing"],
    ["{ group: one, cancel: true }", 'unknown key; did you mean "cancel_in_progress"?'],
    [
      '{ group: "${{ args.chanel }}" }',
      'd.yaml:4:24 concurrency.group: args_schema names no "chanel"; did you mean "channel"?',
    ],
    ['{ group: "${{ steps.one.output }}" }', "steps"],
    ['{ group: "${{ run.id }}" }', "run"],
    ['{ group: "${{ args." }', "d.yaml:4"],
  ])("%s is refused", (concurrency, message) => {
    expect(read(concurrency)).toContain(message);
  });
});

describe("a run's group", () => {
  const known = { args: { channel: "beta", n: 3 }, project: { id: "p", name: "Web", slug: "web" } };

  it("has its expressions filled in, and is none where they give nothing", () => {
    expect(textOfRun("ship-${{ args.channel }}-${{ args.n }}", known)).toBe("ship-beta-3");
    expect(textOfRun("${{ project.slug }}", known)).toBe("web");
    expect(textOfRun("${{ args.none }}", known)).toBeNull();
  });

  it("is no endless text", () => {
    expect(() => textOfRun("x".repeat(201), known)).toThrow("more than 200 characters");
  });
});

describe("where runs work", () => {
  const read = (text: string) => {
    const head = `name: Ship\nphases: [build]\nargs_schema: { type: object, properties: { channel: { type: string } } }\n`;
    const result = parseYamlDefinition(
      `${head}${text}\nsteps: [{ id: one, type: script, run: make }]\n`,
      "d.yaml",
    );
    return result.ok ? result.definition : renderFaults(result.faults);
  };

  it("is read", () => {
    const cache =
      "[{ path: node_modules, key: \"npm-${{ hashFiles('package-lock.json') }}-${{ args.channel }}\" }]";
    expect(
      read(`workspace: clone\nbase: "\${{ args.channel }}"\nsetup: npm ci\ncache: ${cache}\ncopy: [.env]`),
    ).toMatchObject({
      workspace: "clone",
      base: "${{ args.channel }}",
      setup: { run: "npm ci" },
      cache: [{ path: "node_modules", key: "npm-${{ hashFiles('package-lock.json') }}-${{ args.channel }}" }],
      copy: [".env"],
    });
  });

  it.each([
    ["workspace: worktree", "one of clone, copy, shared"],
    ["base: ${{ args.chanel }}", 'did you mean "channel"?'],
    ["copy: [../.env]", "expected a path inside the project"],
    ["copy: [/etc/passwd]", "expected a path inside the project"],
    ["cache: [{ path: a, key: b }]", "there is no setup"],
    ["setup: x\ncache: [{ path: ~/../.npm, key: b }]", "expected a path inside the project"],
    ['setup: x\ncache: [{ path: a, key: "${{ hashFiles(args.channel) }}" }]', "write hashFiles alone"],
    ['setup: x\ncache: [{ path: a, key: "${{ run.id }}" }]', "run"],
    ["setup: x\ncache: [{ path: a }]", "key"],
  ])("%s is refused", (text, message) => {
    expect(read(text)).toContain(message);
  });
});
