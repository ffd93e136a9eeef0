import { KINDS, type RunKind } from "./mix";
import { Random } from "./random";

/** What a person does to a run; times in milliseconds after the run was made. */
export type Deed =
  | { do: "cancel"; after: number }
  | { do: "pause"; after: number; resume_after: number }
  | { do: "approve" | "reject"; after: number };

export interface PlannedRun {
  kind: RunKind;
  /** Milliseconds after the start of the plan. */
  at: number;
  deeds: Deed[];
}

/** What happens to the engine; times in milliseconds, `worker` is an index. */
export type PlannedFault = { at: number } & (
  | { what: "kill"; worker: number; back_after: number }
  | { what: "freeze"; worker: number; for: number }
  /** `late`: data that was held back arrives after the cut. */
  | { what: "cut"; worker: number; for: number; late: boolean }
  | { what: "terminate"; share: number }
  /** Removes this share of the folders in which runs work. */
  | { what: "ruin"; share: number }
  /** `refused`: connections are refused meanwhile; otherwise they are accepted and closed. */
  | { what: "outage"; for: number; refused: boolean }
);

export interface Plan {
  seed: number;
  runs: PlannedRun[];
  faults: PlannedFault[];
}

export interface PlanOptions {
  runs: number;
  workers: number;
  /** Milliseconds in which runs are made and faults happen. */
  span: number;
  outage: number;
}

/** Makes the plan; it is the same for the same seed and options. */
export function makePlan(seed: number, { runs, workers, span, outage }: PlanOptions): Plan {
  const random = new Random(seed);
  const planned = Array.from({ length: runs }, (_, place): PlannedRun => {
    // Kinds take turns, so that each one occurs with any seed.
    const kind = KINDS[place % KINDS.length] ?? "chain";
    return { kind, at: random.between(0, Math.round(span * 0.8)), deeds: deedsOf(kind, random) };
  });
  const faults: PlannedFault[] = [
    { what: "outage", at: Math.round(span * 0.55), for: outage, refused: random.chance(0.5) },
  ];
  for (let at = random.between(500, 2_000); at < span; at += random.between(600, 3_000)) {
    faults.push({ at, ...faultOf(random, workers) });
  }
  return { seed, runs: planned.sort((a, b) => a.at - b.at), faults: faults.sort((a, b) => a.at - b.at) };
}

function deedsOf(kind: RunKind, random: Random): Deed[] {
  const deeds: Deed[] = [];
  if (kind === "approval" || kind === "code-approval") {
    deeds.push({ do: random.chance(0.8) ? "approve" : "reject", after: random.between(0, 3_000) });
  }
  if (random.chance(0.1)) deeds.push({ do: "cancel", after: random.between(0, 4_000) });
  if (random.chance(0.1)) {
    deeds.push({ do: "pause", after: random.between(0, 2_000), resume_after: random.between(100, 3_000) });
  }
  return deeds;
}

type Unplaced<T> = T extends unknown ? Omit<T, "at"> : never;

function faultOf(random: Random, workers: number): Unplaced<PlannedFault> {
  const worker = random.between(0, workers - 1);
  const share = random.next();
  if (share < 0.35) return { what: "kill", worker, back_after: random.between(0, 1_500) };
  if (share < 0.55) return { what: "freeze", worker, for: random.between(2_000, 8_000) };
  if (share < 0.8)
    return { what: "cut", worker, for: random.between(1_000, 9_000), late: random.chance(0.5) };
  if (share < 0.9) return { what: "terminate", share: 0.2 + random.next() / 2 };
  return { what: "ruin", share: 0.5 + random.next() / 2 };
}
