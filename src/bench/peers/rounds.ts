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
/** So that what one does behind its answer takes nothing from the next. */
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
 * The same workflows, steps of fib(n) in sequence, by us and by others that run workflows durably, in turns: a round
 * asks each of them once, one after the other with a rest, so that what disturbs the machine disturbs all. Each is as it comes,
 * with its own defaults, on this machine, warmed up first, and asked over HTTP on loopback by this process. Two clocks: from the
 * request until this process knows of the workflow's end; and that of its steps, from the first one's start to the
 * workflow's end by its own records, as for steps against bare pairs, where it keeps such.
 *
 * - Phaseboard: a run of a definition in TypeScript, by REST, its end told by the project's event stream.
 * - DBOS: a server that runs the workflow in its own process and answers with its result.
 * - Restate: its server with the disk's log synced, which calls the service, and answers with its result.
 * - graphile-worker: a server that adds the first job and answers once the last has run. It keeps no state but the
 *   jobs', so it is what the queue alone costs.
 *
 * The three on Postgres share one server with `fsync` and `synchronous_commit` as they come, a database each. A peer
 * that cannot be had here is left out, and told so on stderr.
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
      [stepsOf(workload), nameOf(workload)].flatMap((what) => {
        const [ours, ...others] = peers.filter((peer) => timesOf(what, peer).length > 0);
        if (!ours) return [];
        process.stderr.write(tableOf(what, [ours, ...others], (peer) => timesOf(what, peer)));
        return others.map((peer) => {
          const limit = peer.name === "DBOS" ? { at_most: 1 } : undefined;
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

/** DBOS makes its own. */
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
