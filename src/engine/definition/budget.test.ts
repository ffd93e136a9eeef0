import { expect, it } from "vitest";
import { renderFaults } from "./faults";
import { parseYamlDefinition } from "./parse-yaml";

const parse = (budget: string) =>
  parseYamlDefinition(
    `name: Fix\nphases: [work]\nbudget: ${budget}\nsteps:\n  - { id: fix, phase: work, type: script, run: "true" }\n`,
    "fix.yaml",
  );

it("reads a definition's budget", () => {
  const parsed = parse("{ tokens: 200000, cost: 5, time: 2h }");
  expect(parsed.ok && parsed.definition.budget).toEqual({ tokens: 200_000, cost: 5, time_ms: 7_200_000 });
});

it.each([
  ["{ tokens: 0 }", "at least 1"],
  ["{ tokens: many }", "a number of tokens"],
  ["{ cost: -1 }", "more than 0"],
  ["{ time: 2 }", "a duration"],
  ["{ money: 5 }", "money"],
  ["5", "a mapping with tokens, cost or time"],
])("refuses %s as a budget", (budget, fault) => {
  const parsed = parse(budget);
  expect(parsed.ok ? "" : renderFaults(parsed.faults)).toContain(fault);
});
