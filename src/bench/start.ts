import { spawn } from "node:child_process";
import { Logger, run } from "graphile-worker";
import { compare, type Measure, timed } from "./measure";
import type { Seed } from "./seed";
import { call, type Subject } from "./subject";

const SAMPLES = 30;

interface RunAnswer {
  id: string;
  status: string;
  steps: { id: string; step_id: string }[];
}

/** Time from the request that creates a run to the first line of its first step, by the log's own clock. */
async function createToFirstLine(subject: Subject, seed: Seed): Promise<number> {
  const started = Date.now();
  const { id } = await call<{ id: string }>(subject, "POST", "/workflow-executions", {
    project_id: seed.projectId,
    workflow_definition_id: seed.definitionId,
    name: "Start",
    args: {},
  });
  const { steps } = await untilEnded(subject, id);
  const step = steps.find((candidate) => candidate.step_id === "hello");
  const response = await fetch(`${subject.url}/api/workflow-steps/${step?.id}/logs/events`, {
    headers: { authorization: `Bearer ${subject.token}` },
  });
  const lines = (await response.text()).trim().split("\n");
  const first = lines
    .map((line) => JSON.parse(line) as { t: string; stream: string })
    .find((line) => line.stream === "stdout");
  if (!first) throw new Error("the first step printed nothing");
  return Date.parse(first.t) - started;
}

async function untilEnded(subject: Subject, id: string): Promise<RunAnswer> {
  for (let tries = 0; tries < 500; tries++) {
    const run = await call<RunAnswer>(subject, "GET", `/workflow-executions/${id}`);
    if (run.status === "completed") return run;
    if (run.status === "failed") throw new Error(`run ${id} failed`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`run ${id} did not end`);
}

/** Time from adding a job to its handler's call, in the same Postgres, with an empty handler. */
async function bareStarts(subject: Subject): Promise<number[]> {
  let arrived: () => void = () => {};
  const runner = await run({
    connectionString: subject.databaseUrl,
    concurrency: 4,
    noHandleSignals: true,
    // Standard output is reserved for measures.
    logger: new Logger(() => () => {}),
    schema: "bench_worker",
    taskList: { probe: async () => arrived() },
  });
  const samples: number[] = [];
  for (let sample = 0; sample < SAMPLES + 3; sample++) {
    samples.push(
      await timed(async () => {
        const arrival = new Promise<void>((resolve) => {
          arrived = resolve;
        });
        await runner.addJob("probe", {});
        await arrival;
      }),
    );
  }
  await runner.stop();
  return samples.slice(3);
}

function bareSpawn(): Promise<number> {
  return timed(
    () =>
      new Promise<void>((resolve, reject) => {
        const child = spawn("/bin/sh", ["-c", "echo hello"], { stdio: ["ignore", "pipe", "pipe"] });
        child.once("error", reject);
        child.stdout.once("data", () => resolve());
      }),
  );
}

/** Time from create to first output, against graphile-worker's start plus a bare spawn. */
export async function measureStart(subject: Subject, seed: Seed): Promise<Measure> {
  const spawns: number[] = [];
  const ours: number[] = [];
  for (let sample = 0; sample < 3; sample++) await createToFirstLine(subject, seed);
  for (let sample = 0; sample < SAMPLES; sample++) {
    ours.push(await createToFirstLine(subject, seed));
    spawns.push(await bareSpawn());
  }
  const starts = await bareStarts(subject);
  const floor = starts.map((start, place) => start + (spawns[place] ?? 0));
  return compare("create to first line of output", "ms", ours, floor, { at_most: 3 });
}
