import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { messageOf } from "../../lib/errors";
import { compare, type Measure, quantile, timed } from "../measure";
import { addCode, Runs } from "../runs";
import type { Seed } from "../seed";
import { stepsTook } from "../steps";
import type { Subject } from "../subject";
import { type Peer, startDbos, startGraphileWorker, startRestate } from "./peer";

const ROUNDS = 11;
const WARM_UPS = 2;
/** Pause, so that work after one peer's answer does not slow the next peer. */
const REST_MS = 1_500;
const OURS = "Phaseboard";

interface Workload {
  steps: number;
  n: number;
}
const WORKLOADS: Workload[] = [
  { steps: 40, n: 10 },
  { steps: 10, n: 33 },
];
const nameOf = ({ steps, n }: Workload) => `${steps} × fib(${n}), asked to told`;
const stepsOf = ({ steps, n }: Workload) => `${steps} × fib(${n}), its steps`;

const SOURCE = `import { defineWorkflow } from "phaseboard";
import { z } from "zod";
const fib = (n: number): number => (n < 2 ? n : fib(n - 1) + fib(n - 2));
export default defineWorkflow({
  name: "Fibs", phases: ["work"], args: z.object({ steps: z.number(), n: z.number() }),
  async run({ args: { steps, n }, step }) {
    for (let at = 0; at < steps; at++) await step.function(\`fib-\${at}\`, () => fib(n));
  },
});
`;

/**
 * Runs the same workflows (fib(n) steps in sequence) by Phaseboard and its peers in turns, each with its own
 * defaults, over HTTP. Two clocks: from the request until its end is known here, and of the steps alone by
 * the system's own records. A peer that cannot be installed is left out and named on stderr.
 */
export async function measurePeers(subject: Subject, seed: Seed): Promise<Measure[]> {
  const peers = await startAll(subject, seed);
  try {
    const samples = new Map<string, number[]>();
    const timesOf = (what: string, peer: Peer) => samples.get(`${what} ${peer.name}`) ?? [];
    const note = (what: string, peer: Peer, ms: number) =>
      samples.set(`${what} ${peer.name}`, [...timesOf(what, peer), ms]);
    for (let round = -WARM_UPS; round < ROUNDS; round++) {
      for (const workload of WORKLOADS) {
        for (const peer of peers) {
          await sleep(REST_MS);
          const ms = await timed(() => peer.run(workload.steps, workload.n));
          if (round < 0) continue;
          note(nameOf(workload), peer, ms);
          if (peer.stepsTook) note(stepsOf(workload), peer, await peer.stepsTook());
        }
      }
    }
    return WORKLOADS.flatMap((workload) =>
      [
        { what: stepsOf(workload), most: 1.5 },
        // From the request on there is a web process between, which DBOS has not.
        { what: nameOf(workload), most: null },
      ].flatMap(({ what, most }) => {
        const [ours, ...others] = peers.filter((peer) => timesOf(what, peer).length > 0);
        if (!ours) return [];
        process.stderr.write(tableOf(what, [ours, ...others], (peer) => timesOf(what, peer)));
        return others.map((peer) => {
          const limit = peer.name === "DBOS" && most !== null ? { at_most: most } : undefined;
          return compare(
            `${what}, against ${peer.name}`,
            "ms",
            timesOf(what, ours),
            timesOf(what, peer),
            limit,
          );
        });
      }),
    );
  } finally {
    for (const peer of peers) await peer.stop();
  }
}

async function startAll(subject: Subject, seed: Seed): Promise<Peer[]> {
  const starts: [string, () => Promise<Peer>][] = [
    [OURS, () => startOurs(subject, seed)],
    ["DBOS", () => startDbos(urlOf(subject, "bench_dbos"))],
    ["Restate", startRestate],
    ["graphile-worker", async () => startGraphileWorker(await createDatabase(subject, "bench_graphile"))],
  ];
  const peers: Peer[] = [];
  for (const [name, start] of starts) {
    try {
      const peer = await start();
      peers.push(peer);
    } catch (error) {
      if (name === OURS) throw error;
      process.stderr.write(`${name} is left out: ${messageOf(error)}\n`);
    }
  }
  return peers;
}

async function startOurs(subject: Subject, { projectId }: Seed): Promise<Peer> {
  await addCode(subject, projectId, "fibs", SOURCE);
  const runs = await Runs.open(subject, projectId);
  let newest = "";
  return {
    name: OURS,
    async run(steps, n) {
      newest = await runs.run("fibs", { steps, n });
    },
    stepsTook: () => stepsTook(subject.db, [newest]),
    stop: async () => runs.close(),
  };
}

function urlOf({ databaseUrl }: Subject, database: string): string {
  const url = new URL(databaseUrl);
  url.pathname = `/${database}`;
  return url.href;
}

/** A database with a schema is created by DBOS itself. */
async function createDatabase(subject: Subject, name: string): Promise<string> {
  const sql = postgres(subject.databaseUrl, { max: 1, onnotice: () => {} });
  await sql`create database ${sql(name)}`;
  await sql.end();
  return urlOf(subject, name);
}

function tableOf(what: string, peers: Peer[], timesOf: (peer: Peer) => number[]): string {
  const ms = (value: number) => `${value.toFixed(1)} ms`.padStart(12);
  const rows = peers.map((peer) => {
    const times = timesOf(peer);
    return `${peer.name.padEnd(30)}${[0.5, 0.05, 0.95].map((share) => ms(quantile(times, share))).join("")}`;
  });
  const head = `${what.padEnd(30)}${["median", "p5", "p95"].map((word) => word.padStart(12)).join("")}`;
  return `\n${head}\n${rows.join("\n")}\n`;
}
