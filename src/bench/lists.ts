import autocannon from "autocannon";
import { sql } from "drizzle-orm";
import { encodeCursor } from "../lib/page";
import { compare, type Measure, timed } from "./measure";
import type { Seed } from "./seed";
import { call, type Subject } from "./subject";

const ROUNDS = 5;
const SECONDS = 3;

/** More pages than the server caches, so that each is read from the database again. */
const DISTINCT_PAGES = 400;

async function requestsPerSecond(subject: Subject, paths: string[]): Promise<number> {
  const result = await autocannon({
    url: subject.url,
    connections: 10,
    duration: SECONDS,
    headers: { authorization: `Bearer ${subject.token}` },
    requests: paths.map((path) => ({ path })),
  });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${paths[0]}: ${result.non2xx} answers were no success`);
  return result.requests.average;
}

/** Cursors of `count` pages of 50, starting with page number `first` (from 1). */
async function cursors(
  subject: Subject,
  { projectId }: Seed,
  first: number,
  count: number,
): Promise<string[]> {
  const { rows } = await subject.db.execute<{ created_at: string; id: string }>(sql`
    select to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as created_at, id from (
      select created_at, id, row_number() over (order by created_at desc, id desc) as place
      from workflow_runs where project_id = ${projectId}
    ) numbered
    where place % 50 = 0 and place >= ${(first - 1) * 50} order by place limit ${count}::int`);
  return rows.map(({ created_at, id }) => encodeCursor([created_at, id]));
}

/**
 * Requests per second for the list of 50 runs by tRPC and REST, against an empty route of the same server, in
 * turns; also for pages that are not cached.
 */
export async function measureLists(subject: Subject, seed: Seed): Promise<Measure[]> {
  const { projectId } = seed;
  const input = encodeURIComponent(JSON.stringify({ project_id: projectId, limit: 50 }));
  const rest = `/api/workflow-executions?project_id=${projectId}&limit=50`;
  const paths = {
    floor: ["/api/ping"],
    trpc: [`/api/trpc/runs.list?input=${input}`],
    rest: [rest],
    fresh: (await cursors(subject, seed, 2, DISTINCT_PAGES)).map((cursor) => `${rest}&cursor=${cursor}`),
  };
  const samples = {
    floor: [] as number[],
    trpc: [] as number[],
    rest: [] as number[],
    fresh: [] as number[],
  };
  const kinds = ["floor", "trpc", "rest", "fresh"] as const;
  for (const kind of kinds) await requestsPerSecond(subject, paths[kind]);
  for (let round = 0; round < ROUNDS; round++) {
    for (const kind of kinds) samples[kind].push(await requestsPerSecond(subject, paths[kind]));
  }
  const line = (kind: "trpc" | "rest" | "fresh", words: string, at_least: number) =>
    compare(
      `list of 50 of 100,000 runs, ${words}, against an empty route`,
      "requests/s",
      samples[kind],
      samples.floor,
      {
        at_least,
      },
    );
  return [
    line("trpc", "tRPC", 0.25),
    line("rest", "REST", 0.25),
    line("fresh", "REST, a page that nobody asked for since the last change", 0.25),
  ];
}

const PAGE = 500;
const REPEATS = 40;

/** Pages from number 500 on against pages from number 1 on, in turns, each page only once. */
export async function measurePages(subject: Subject, seed: Seed): Promise<Measure> {
  const path = `/workflow-executions?project_id=${seed.projectId}&limit=49`;
  const [near, far] = await Promise.all([
    cursors(subject, seed, 2, REPEATS),
    cursors(subject, seed, PAGE, REPEATS),
  ]);
  const first: number[] = [];
  const deep: number[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    first.push(await timed(() => call(subject, "GET", `${path}&cursor=${near[repeat]}`)));
    deep.push(await timed(() => call(subject, "GET", `${path}&cursor=${far[repeat]}`)));
  }
  return compare(`page ${PAGE} of a list against page 1`, "ms", deep, first, { at_most: 1.3 });
}
