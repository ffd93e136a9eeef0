import { describe, expect, it } from "vitest";
import { renderFaults } from "./faults";
import { parseYamlDefinition as parseYaml } from "./parse-yaml";

const parse = (look: string) =>
  parseYaml(
    `name: Fix
phases: [work]
steps:
  - { id: fix, phase: work, type: script, run: "true" }
  - { id: look, phase: work, type: approval, prompt: Good?, ${look} }
  - { id: ship, phase: work, type: script, run: "true" }
`,
    "fix.yaml",
  );

describe("an approval's rework", () => {
  it("names a step before it, five times unless it says how often", () => {
    for (const [look, rounds] of [
      ["rework: fix", 5],
      ["rework: fix, rounds: 2", 2],
    ] as const) {
      const parsed = parse(look);
      expect(parsed.ok && parsed.definition.steps[1]).toMatchObject({ changes: { rework: "fix", rounds } });
    }
    const parsed = parse("rounds: 2");
    expect(parsed.ok && "changes" in (parsed.definition.steps[1] ?? {})).toBe(false);
  });

  it.each([
    ["rework: fixx", 'there is no step "fixx"; did you mean "fix"?'],
    ["rework: ship", "has to be a step before it; it may be one of fix"],
    ["rework: look", "has to be a step before it"],
    ["rework: fix, rounds: 0", "rounds"],
    ["request_changes: true", "only for approve in TypeScript"],
  ])("refuses %s", (look, fault) => {
    const parsed = parse(look);
    expect(parsed.ok ? "" : renderFaults(parsed.faults)).toContain(fault);
  });
});
