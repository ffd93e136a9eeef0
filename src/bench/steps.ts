import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import type { Db } from "../db/client";
import { newId } from "../lib/ids";
import { compare, type Measure, median, round, timed } from "./measure";
import { addCode, Runs } from "./runs";
import type { Seed } from "./seed";
import { call, type Subject } from "./subject";

export const STEPS = 40;
const ROUNDS = 9;
/** Pause, so that work after one run's end (files of logs) does not slow the next measurement. */
const REST_MS = 1_000;
/** The arguments with which the script runner starts a shell. */
const SHELL = ["-e", "-c", "true"];

export const NO_OPS = `import { defineWorkflow } from "phaseboard";
export default defineWorkflow({
  name: "No-ops", phases: ["work"],
  async run({ step }) {
    for (let at = 0; at < ${STEPS}; at++) await step.function(\`step-\${at}\`, () => null);
  },
});
`;

const script = (_: unknown, at: number) => `  - { id: step-${at}, phase: work, type: script, run: "true" }`;
const SCRIPTS = `name: Scripts\nphases: [work]\nsteps:\n${Array.from({ length: STEPS }, script).join("\n")}\n`;

/** Empty functions against pairs of a committed insert and update with the same driver. */
export async function measureFunctionSteps(subject: Subject, { projectId }: Seed): Promise<Measure> {
  await addCode(subject, projectId, "no-ops", NO_OPS);
  await createPairs(subject.db);
  return inTurns(subject, projectId, "no-ops", () => pairs(subject.db, STEPS), {
    words: "no-op function steps against bare insert-and-update pairs",
    limit: { at_most: 3 },
  });
}

/** Empty scripts against bare spawns of the same command in sequence. */
export async function measureScriptSteps(subject: Subject, { projectId }: Seed): Promise<Measure> {
  await addScripts(subject, projectId);
  return inTurns(subject, projectId, "scripts", spawns, {
    words: "script steps against a bare spawn loop",
    limit: { at_most: 1.5 },
  });
}

/** The definition "scripts": empty scripts in sequence. */
export async function addScripts(subject: Subject, projectId: string): Promise<void> {
  await call(subject, "POST", "/workflows", { project_id: projectId, source: SCRIPTS });
}

/**
 * 40 steps in sequence, timed by the rows from the first step's start to the run's end. The note has the time
 * from the request until the end was announced.
 */
async function inTurns(
  subject: Subject,
  projectId: string,
  definition: string,
  bare: () => Promise<unknown>,
  { words, limit }: { words: string; limit: Measure["limit"] },
): Promise<Measure> {
  const ours: number[] = [];
  const floor: number[] = [];
  const whole: number[] = [];
  const runs = await Runs.open(subject, projectId);
  try {
    for (let turn = 0; turn <= ROUNDS; turn++) {
      let id = "";
      await sleep(REST_MS);
      const told = await timed(async () => {
        id = await runs.run(definition);
      });
      await sleep(REST_MS);
      const alone = await timed(bare);
      // The first round warms both up and does not count.
      if (turn === 0) continue;
      ours.push(await stepsTook(subject.db, [id]));
      whole.push(told);
      floor.push(alone);
    }
  } finally {
    runs.close();
  }
  const note = `${round(median(whole))} ms from the request to the told end`;
  return compare(`${STEPS} ${words}`, "ms", ours, floor, limit, note);
}

/** Milliseconds from the start of the first step of these runs to the end of the last run. */
export async function stepsTook(db: Db, ids: string[]): Promise<number> {
  const [row] = (
    await db.execute<{ ms: number }>(sql`
    select extract(epoch from max(r.completed_at) - min(s.started_at))::float8 * 1000 as ms
    from workflow_runs r join workflow_run_steps s on s.workflow_run_id = r.id
    where r.id in ${ids}`)
  ).rows;
  return row?.ms ?? Number.NaN;
}

export async function createPairs(db: Db): Promise<void> {
  await db.execute(sql`
    create table if not exists bench_pairs (
      id text primary key, status text not null, output jsonb, started_at timestamptz not null default now(),
      completed_at timestamptz
    )`);
}

const INSERT = "insert into bench_pairs (id, status) values ($1, 'running')";
const UPDATE =
  "update bench_pairs set status = 'completed', output = 'null', completed_at = now() where id = $1";

/** The floor for recording the start and the end of a step: a committed insert and update. */
export async function pairs({ $client }: Db, count: number): Promise<void> {
  for (let done = 0; done < count; done++) {
    const id = newId();
    await $client.query(INSERT, [id]);
    await $client.query(UPDATE, [id]);
  }
}

async function spawns(): Promise<void> {
  for (let done = 0; done < STEPS; done++) {
    const child = spawn("/bin/sh", SHELL, { stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.resume();
    child.stderr.resume();
    await once(child, "close");
  }
}
