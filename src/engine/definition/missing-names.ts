import { isRecord } from "../../lib/is-record";
import { didYouMean } from "../../lib/suggest";
import type { DefinitionFault, PathSegment } from "./faults";
import { type Report, readYaml } from "./yaml-document";

/** The names that a project has; null: they are not known. */
export interface ProjectNames {
  agents: readonly string[] | null;
  secrets: readonly string[];
}

/**
 * Names in a definition that its project does not have. It can be loaded all the same, since they may come before a run
 * needs them; without them its step fails.
 */
export function missingNames(source: string, file: string, names: ProjectNames): DefinitionFault[] {
  return readYaml(source, file, ({ value, report }) => {
    if (!isRecord(value)) return;
    missingSecrets(value.secrets, ["secrets"], names, report);
    if (!Array.isArray(value.steps)) return;
    value.steps.forEach((step: unknown, index) => {
      if (!isRecord(step)) return;
      missingSecrets(step.secrets, ["steps", index, "secrets"], names, report);
      const { agent } = step;
      if (names.agents === null || typeof agent !== "string" || names.agents.includes(agent)) return;
      const known = names.agents.length === 0 ? "; it has none" : "";
      const hint = didYouMean(agent, names.agents) || known;
      report(["steps", index, "agent"], `the project has no agent "${agent}"${hint}`);
    });
  });
}

function missingSecrets(
  given: unknown,
  path: PathSegment[],
  { secrets }: ProjectNames,
  report: Report,
): void {
  if (!Array.isArray(given)) return;
  given.forEach((name: unknown, position) => {
    if (typeof name !== "string" || secrets.includes(name)) return;
    report([...path, position], `the project has no secret "${name}"${didYouMean(name, secrets)}`);
  });
}
