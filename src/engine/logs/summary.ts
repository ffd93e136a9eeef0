import type { CompiledStep } from "../definition/types";
import { durationText } from "../expressions/duration-text";
import type { RecordedResult, RunFacts } from "../run/ports";

/** Facts of an attempt that its summary tells beside the result. */
export interface SummaryFacts {
  claim: { run: Pick<RunFacts, "id" | "name"> };
  step: Pick<CompiledStep, "id" | "name" | "kind" | "phase">;
  number: number;
}

/** The text of summary.md: what ran, how it ended, what it returned. */
export function summaryOf(attempt: SummaryFacts, result: RecordedResult, from: number, to: number): string {
  const { step, number, claim } = attempt;
  const facts = [
    `- Run: ${oneLine(claim.run.name)} (\`${claim.run.id}\`)`,
    `- Step: \`${step.id}\` (${step.kind}), phase ${oneLine(step.phase)}, attempt ${number}`,
    `- Status: ${result.status}`,
    `- Started: ${new Date(from).toISOString()}`,
    `- Ended: ${new Date(to).toISOString()}, after ${durationText(to - from)}`,
    ...(result.exit_code === null ? [] : [`- Exit code: ${result.exit_code}`]),
    ...(result.signal === null ? [] : [`- Signal: ${result.signal}`]),
    ...(result.status === "failed" ? [`- Reason: ${oneLine(result.error_message)}`] : []),
  ];
  const output =
    result.output === null || result.output === undefined
      ? "No output was set."
      : fenced(JSON.stringify(result.output, null, 2), "json");
  return `# ${oneLine(step.name)}\n\n${facts.join("\n")}\n\n## Output\n\n${output}\n`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** A Markdown fence that is longer than any fence in the content, so that the content cannot close it. */
function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((match) => match[0].length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}
