import { describe, expect, it } from "vitest";
import { renderFaults } from "./faults";
import { parseYamlDefinition } from "./parse-yaml";

const source = (head: string, step: string) =>
  `name: Ship\nphases: [build]\n${head}\nsteps:\n  - id: one\n    type: script\n    run: make\n    ${step}\n`;

function read(head: string, step: string) {
  const result = parseYamlDefinition(source(head, step), "ship.yaml");
  return result.ok ? result.definition.steps[0]?.secrets : renderFaults(result.faults);
}

describe("secrets of a definition", () => {
  it("are those of every step and of the one", () => {
    expect(read("secrets: [NPM_TOKEN]", "secrets: [DEPLOY_KEY, NPM_TOKEN]")).toEqual([
      "NPM_TOKEN",
      "DEPLOY_KEY",
    ]);
    expect(read("", "secrets: [A]")).toEqual(["A"]);
    expect(read("", "timeout: 10m")).toBeUndefined();
  });

  it.each([
    ["", "secrets: [A, my-token]", "ship.yaml:8:18 steps[0].secrets[1]: expected a name of letters"],
    ["", "secrets: [PHASEBOARD_X]", "ship.yaml:8:15 steps[0].secrets[0]: names that begin with PHASEBOARD_"],
    ["env: { A: x }", "secrets: [A]", 'ship.yaml:8:15 steps[0].secrets[0]: "A" is set in env already'],
    ["env: { A: x }\nsecrets: [A]", "timeout: 10m", 'ship.yaml:4:11 secrets[0]: "A" is set in env already'],
    ["", "secrets: [A, A]", 'ship.yaml:8:18 steps[0].secrets[1]: "A" is there twice'],
    ["", "secrets: [1]", "ship.yaml:8:15 steps[0].secrets[0]: expected the name of a secret"],
    ["", "secrets: A", "ship.yaml:8:14 steps[0].secrets: expected a list of names of secrets"],
    ["", "secret: [A]", "unknown key"],
  ])("are refused in place: %s %s", (head, step, message) => {
    expect(read(head, step)).toContain(message);
  });
});
