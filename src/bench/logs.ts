import type { Measure } from "./measure";
import { quantile } from "./measure";
import type { Seed } from "./seed";
import { call, type Subject } from "./subject";

/** Prints a line with the current time every 50 ms. */
const SPEAKER = `const speak = () => console.log("at " + Date.now());
const timer = setInterval(speak, 50); setTimeout(() => clearInterval(timer), 15000);`;
/**
 * Prints blocks for 16 s with a pause of `pause_ms` between them. With a pause, all of its 16 MiB reach the
 * database.
 */
const floodEach = (pause_ms: number) =>
  `const line = "x".repeat(79) + "\\n"; const block = line.repeat(800); const end = Date.now() + 16000;
const flood = () => { if (Date.now() < end) process.stdout.write(block, () => setTimeout(flood, ${pause_ms})); };
flood();`;
const LIMIT_MS = 1_000;
const FOLLOW_MS = 30_000;

const sourceOf = (name: string, program: string) => `name: ${name}
phases: [work]
steps:
  - id: write
    phase: work
    type: script
    env: { PROGRAM: ${JSON.stringify(program)} }
    run: exec "${process.execPath}" -e "$PROGRAM"
`;

async function startRun(
  subject: Subject,
  project_id: string,
  name: string,
  program: string,
): Promise<string> {
  const definition = await call<{ id: string }>(subject, "POST", "/workflows", {
    project_id,
    source: sourceOf(name, program),
  });
  const run = await call<{ id: string }>(subject, "POST", "/workflow-executions", {
    project_id,
    workflow_definition_id: definition.id,
    name,
    args: {},
  });
  const { steps } = await call<{ steps: { id: string }[] }>(subject, "GET", `/workflow-executions/${run.id}`);
  return steps[0]?.id ?? "";
}

/** Milliseconds between the printing of each line and its arrival at a follower. */
async function followLines(subject: Subject, stepId: string): Promise<number[]> {
  const response = await fetch(`${subject.url}/api/workflow-steps/${stepId}/logs/events?follow=1`, {
    headers: { authorization: `Bearer ${subject.token}` },
    signal: AbortSignal.timeout(FOLLOW_MS),
  });
  if (!response.ok || !response.body) throw new Error(`the log answered ${response.status}`);
  const delays: number[] = [];
  const decoder = new TextDecoder();
  let waiting = "";
  for await (const bytes of response.body) {
    const now = Date.now();
    waiting += decoder.decode(bytes, { stream: true });
    const end = waiting.lastIndexOf("\n") + 1;
    for (const [, at] of waiting.slice(0, end).matchAll(/"text":"at (\d+)\\n"/g))
      delays.push(now - Number(at));
    waiting = waiting.slice(end);
  }
  return delays;
}

/**
 * Time from a step's line to its follower, while other steps of the same worker print as fast as they can.
 */
export async function measureLogs(subject: Subject, { projectId }: Seed): Promise<Measure> {
  await startRun(subject, projectId, "Flood", floodEach(0));
  await startRun(subject, projectId, "Stream", floodEach(60));
  const delays = await followLines(subject, await startRun(subject, projectId, "Speaker", SPEAKER));
  if (delays.length < 100) throw new Error(`only ${delays.length} lines came`);
  const p95 = quantile(delays, 0.95);
  return {
    measure: "line of a step to its follower, p95, while others flood",
    unit: "ms",
    value: p95,
    floor: LIMIT_MS,
    ratio: Number((p95 / LIMIT_MS).toPrecision(4)),
    limit: { at_most: 1 },
    ok: p95 <= LIMIT_MS,
    spread: { p5: quantile(delays, 0.05), p95 },
    note: `${delays.length} lines, one each 50 ms; the floor is the limit itself`,
  };
}
