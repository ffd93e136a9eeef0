import { setTimeout as sleep } from "node:timers/promises";
import { compare, type Measure, median, round } from "./measure";
import { Runs } from "./runs";
import { seed } from "./seed";
import { addScripts, STEPS, stepsTook } from "./steps";
import { type Subject, startSubject } from "./subject";

const ROUNDS = 7;
/** Milliseconds that the box may cost a step. */
const COST_MS = 10;
const REST_MS = 1_000;

/** Empty scripts in the box against the same without one, in turns; the floor is what these take and 10 ms a step. */
export async function measureBox(boxed: Subject): Promise<Measure> {
  const bare = await startSubject(1, { PHASEBOARD_SANDBOX: "off" });
  try {
    const [ours, theirs] = [await openScripts(boxed), await openScripts(bare)];
    const samples: number[] = [];
    const floors: number[] = [];
    for (let turn = 0; turn <= ROUNDS; turn++) {
      const [inside, outside] = [await ours.perStep(), await theirs.perStep()];
      // The first round warms both up and does not count.
      if (turn === 0) continue;
      samples.push(inside);
      floors.push(outside + COST_MS);
    }
    for (const each of [ours, theirs]) each.close();
    const note = `the box costs ${round(median(samples) - median(floors) + COST_MS)} ms a step`;
    const words = `a script step in the box against one without and ${COST_MS} ms`;
    return compare(words, "ms", samples, floors, { at_most: 1 }, note);
  } finally {
    await bare.stop();
  }
}

async function openScripts(subject: Subject) {
  const { projectId } = await seed(subject, 0);
  await addScripts(subject, projectId);
  const runs = await Runs.open(subject, projectId);
  return {
    async perStep(): Promise<number> {
      await sleep(REST_MS);
      return (await stepsTook(subject.db, [await runs.run("scripts")])) / STEPS;
    },
    close: () => runs.close(),
  };
}
