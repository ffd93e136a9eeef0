import { sql } from "drizzle-orm";
import { fillYear, YEAR, type Year } from "./fill-year";
import { compare, type Measure, round, timed } from "./measure";
import { type Seed, seed } from "./seed";
import { type Subject, startSubject } from "./subject";

const PROJECTS = 10;
/** Runs in the project of an installation that has no year behind it: enough for full pages. */
const FEW_RUNS = 60;
const ROUNDS = 60;
const START_LIMIT_MS = 3_000;

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

/** An installation with a company's year in its database: how it starts, how its pages are read. */
export async function measureYear(subject: Subject, year: Year = YEAR): Promise<Measure[]> {
  const seeds: Seed[] = [];
  for (let made = 0; made < PROJECTS; made++) seeds.push(await seed(subject, 0));
  const took = await timed(() => fillYear(subject, seeds, year));
  process.stderr.write(`A year was made in ${round(took / 1_000)} s\n`);
  const [largest] = seeds as [Seed];
  const starts = [await subject.restart(), await subject.restart(), await subject.restart()];
  const start = compare(
    "a start with a year of runs",
    "ms",
    starts,
    [START_LIMIT_MS],
    { at_most: 1 },
    "the floor is the limit itself",
  );
  return [start, ...(await measureReads(subject, largest))];
}

/** The largest project's pages against those of an installation with hardly any run, in turns. */
async function measureReads(subject: Subject, { projectId }: Seed): Promise<Measure[]> {
  const empty = await startSubject(1);
  try {
    const few = await seed(empty, FEW_RUNS);
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
