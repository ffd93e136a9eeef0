import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { packageRoot } from "../../lib/package-root";
import { parseYamlDefinition } from "./parse-yaml";

it("Phaseboard's own definition is valid and runs scripts that there are", () => {
  const file = ".agent/workflows/definitions/verify.yaml";
  const parsed = parseYamlDefinition(readFileSync(join(packageRoot(), file), "utf8"), file);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  const { scripts } = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8"));
  for (const step of parsed.definition.steps) {
    const name = step.kind === "script" ? /^npm run (\S+)$/.exec(step.run)?.[1] : undefined;
    if (name !== undefined) expect(Object.keys(scripts ?? {})).toContain(name);
  }
});
