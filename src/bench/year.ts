import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { codeOf } from "../lib/errors";
import { waitFor } from "../lib/wait-for";
import { type FilledSeed, fillYear, YEAR, type Year } from "./fill-year";
import { compare, type Measure, quantile, round, timed } from "./measure";
import { type Seed, seed } from "./seed";
import { call, type Subject, startSubject } from "./subject";

const PROJECTS = 10;
/** What an installation has that has no year behind it: enough for pages as full, 1,000 runs in the larger project. */
const DAY: Year = { runs: 10_000, events: 50_000, days: 1, files_every: 1_000 };
const ROUNDS = 60;
const START_LIMIT_MS = 3_000;
/** What retention keeps. */
const KEPT_DAYS = 90;
/** What is left may be more by this, since rows do not fill their pages evenly. */
const SLACK = 1.15;
/** Queries of which the slowest hundredth counts, how many times. */
const ASKED = 500;
const WINDOWS = 7;
const LOOK_MS = 30_000;

/** What a page asks for, by its name. */
const PAGES: Record<string, (id: string) => string[]> = {
  "the board": (id) => {
    const list = `/workflow-executions?project_id=${id}`;
    return [
      `${list}&status=pending,running,paused&limit=200`,
      `${list}&status=failed&limit=50`,
      `${list}&status=completed&limit=8`,
      `/trpc/runs.counts?input=${encodeURIComponent(JSON.stringify({ project_id: id }))}`,
    ];
  },
  "a list of 50 runs": (id) => [`/workflow-executions?project_id=${id}&limit=50`],
};

/**
 * An installation with a company's year in its database: how it starts, how its pages are read, how retention brings it
 * to its last days. Each is reported as soon as it is known, since the last takes an hour.
 */
export async function measureYear(
  subject: Subject,
  report: (measures: Measure[]) => void,
  year: Year = YEAR,
): Promise<void> {
  const seeds: FilledSeed[] = [];
  while (seeds.length < PROJECTS) {
    const made = await seed(subject, 0);
    seeds.push({ ...made, ...(await call<{ path: string }>(subject, "GET", `/projects/${made.projectId}`)) });
  }
  const took = await timed(() => fillYear(subject, seeds, year));
  process.stderr.write(`A year was made in ${round(took / 1_000)} s\n`);
  const [largest] = seeds as [Seed];
  const starts = [await subject.restart(), await subject.restart(), await subject.restart()];
  const words = "a start with a year of runs";
  report([compare(words, "ms", starts, [START_LIMIT_MS], { at_most: 1 }, "the floor is the limit itself")]);
  report(await measureReads(subject, largest));
  report(await measureSweep(subject, largest, year));
}

/** The largest project's pages against those of an installation with a day behind it, in turns. */
async function measureReads(subject: Subject, { projectId }: Seed): Promise<Measure[]> {
  const empty = await startSubject(1);
  try {
    const few = await seed(empty, 0);
    await fillYear(empty, [few, await seed(empty, 0)], DAY);
    const measures: Measure[] = [];
    for (const [name, paths] of Object.entries(PAGES)) {
      const samples: number[] = [];
      const floors: number[] = [];
      for (let turn = -5; turn < ROUNDS; turn++) {
        const ours = await read(subject, projectId, paths(projectId));
        const theirs = await read(empty, few.projectId, paths(few.projectId));
        // The first rounds warm both up and do not count.
        if (turn < 0) continue;
        samples.push(ours);
        floors.push(theirs);
      }
      measures.push(
        compare(`${name} with a year of runs against one with none`, "ms", samples, floors, { at_most: 1.2 }),
      );
    }
    return measures;
  } finally {
    await empty.stop();
  }
}

/** Reads as a browser does that opens the page after a change. */
async function read(subject: Subject, projectId: string, paths: string[]): Promise<number> {
  await change(subject, projectId);
  return timed(() =>
    Promise.all(
      paths.map(async (path) => {
        const response = await fetch(`${subject.url}/api${path}`, {
          headers: { authorization: `Bearer ${subject.token}` },
        });
        if (!response.ok) throw new Error(`${path}: ${response.status}`);
        await response.arrayBuffer();
      }),
    ),
  );
}

/** An event of the project, after which no page that was read before is given again. */
async function change({ db }: Subject, projectId: string): Promise<void> {
  await db.execute(sql`
    with changed as (
      update projects set event_seq = event_seq + 1 where id = ${projectId} returning id, event_seq
    )
    insert into workflow_events (project_id, seq, type, data)
    select id, event_seq, 'workflow.run.updated', '{}' from changed`);
}

/** Retention brings the year to its last days: what a small query notices of it, and what is left. */
async function measureSweep(subject: Subject, { projectId }: Seed, year: Year): Promise<Measure[]> {
  const [newest] = await call<{ id: string }[]>(
    subject,
    "GET",
    `/workflow-executions?project_id=${projectId}&limit=1`,
  );
  if (!newest) throw new Error("the project has no run");
  const ask = () => call(subject, "GET", `/workflow-executions/${newest.id}`);
  await slowest(ask);
  const quiet = await windows(ask);
  await subject.db.execute(sql`create extension if not exists pg_freespacemap`);
  const before = await sizes(subject);
  const began = performance.now();
  const days = { runs: `${KEPT_DAYS}d`, events: `${KEPT_DAYS}d` };
  await call(subject, "PATCH", "/installation", { retention: days });
  await waitFor(async () => (await countRows(subject)).runs < before.runs, 60_000);
  const busy = await windows(ask);
  const during = await countRows(subject);
  const kept = Math.round((year.runs * KEPT_DAYS) / year.days);
  const isSwept = async () => {
    const now = await countRows(subject);
    process.stderr.write(`${now.runs} runs and ${now.events} events are left\n`);
    return now.runs <= kept * 1.01 && now.events <= (year.events * KEPT_DAYS * 1.01) / year.days;
  };
  while (!(await isSwept())) await sleep(LOOK_MS);
  const seconds = (performance.now() - began) / 1_000;
  const after = await sizes(subject);
  const share = (words: string, unit: string, left: number, all: number): Measure =>
    compare(`${words} that are left of a year`, unit, [left], [all], {
      at_most: (KEPT_DAYS * SLACK) / year.days,
    });
  return [
    compare(
      "p99 of a small query while retention removes runs, against before",
      "ms",
      busy,
      quiet,
      { at_most: 1.3 },
      `${before.runs - during.runs} runs were removed meanwhile; all of it took ${round(seconds)} s`,
    ),
    share("runs", "runs", after.runs, before.runs),
    share("events", "events", after.events, before.events),
    share("bytes of tables", "bytes", after.used, before.used),
    share("files", "files", after.files, before.files),
  ];
}

/** The slowest hundredth of many answers, for some times. */
async function windows(ask: () => Promise<unknown>): Promise<number[]> {
  const found: number[] = [];
  for (let window = 0; window < WINDOWS; window++) found.push(await slowest(ask));
  return found;
}

async function slowest(ask: () => Promise<unknown>): Promise<number> {
  const took: number[] = [];
  for (let asked = 0; asked < ASKED; asked++) took.push(await timed(ask));
  return quantile(took, 0.99);
}

async function countRows({ db }: Subject): Promise<{ runs: number; events: number }> {
  const { rows } = await db.execute<{ runs: number; events: number }>(sql`
    select (select count(*)::int from workflow_runs) as runs, (select count(*)::int from workflow_events) as events`);
  return { runs: 0, events: 0, ...rows[0] };
}

/** How much there is: rows, bytes of tables, and files of projects. */
async function sizes(subject: Subject) {
  const files = await countFiles(join(subject.folder, "projects"));
  return { ...(await countRows(subject)), used: await usedBytes(subject), files };
}

/** Bytes of the tables that no new row can use: their size without what Postgres knows to be free. */
async function usedBytes({ db }: Subject): Promise<number> {
  await db.execute(sql`vacuum`);
  const { rows } = await db.execute<{ used: number }>(sql`
    select (sum(pg_relation_size(relid)) - sum((select sum(avail) from pg_freespace(relid))))::float8 as used
    from pg_stat_user_tables where schemaname = 'public'`);
  return rows[0]?.used ?? Number.NaN;
}

async function countFiles(folder: string): Promise<number> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).length;
  } catch (error) {
    // A folder went while its parent was read.
    if (codeOf(error) === "ENOENT") return countFiles(folder);
    throw error;
  }
}
