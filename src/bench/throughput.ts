import { closeDatabase, openDatabase } from "../db/client";
import { compare, type Measure, timed } from "./measure";
import { addCode, Runs } from "./runs";
import type { Seed } from "./seed";
import { createPairs, NO_OPS, pairs, STEPS, stepsTook } from "./steps";
import type { Subject } from "./subject";

const ROUNDS = 3;

/** Numbers of concurrent runs of one project for this measure; see `PHASEBOARD_CONCURRENCY`. */
export const AT_ONCE = [1, 10, 50];

/**
 * Steps a second of `count` concurrent runs, each 40 empty functions, against as many insert-and-update pairs
 * on as many connections. Timed from the first step's start to the last run's end: the start of each run's
 * process but the first one's counts.
 */
export async function measureThroughput(
  subject: Subject,
  { projectId }: Seed,
  count: number,
): Promise<Measure> {
  await addCode(subject, projectId, "no-ops", NO_OPS);
  const runs = await Runs.open(subject, projectId);
  const bare = openDatabase(subject.databaseUrl, { name: "bench pairs", max: count });
  const together = <T>(work: () => Promise<T>) => Promise.all(Array.from({ length: count }, work));
  const perSecond = (ms: number) => (count * STEPS * 1_000) / ms;
  try {
    await createPairs(bare);
    await runs.run("no-ops");
    const ours: number[] = [];
    const floor: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const ids = await together(() => runs.run("no-ops"));
      ours.push(perSecond(await stepsTook(subject.db, ids)));
      floor.push(perSecond(await timed(() => together(() => pairs(bare, STEPS)))));
    }
    const words = `steps of ${count} ${count === 1 ? "run" : "runs"} at once, against insert-and-update pairs`;
    return compare(words, "steps/s", ours, floor);
  } finally {
    await closeDatabase(bare);
    runs.close();
  }
}
