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
