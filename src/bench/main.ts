import { measureBox } from "./box";
import { measureFanOut } from "./fan-out";
import { measureIdle } from "./idle";
import { measureLists, measurePages } from "./lists";
import { measureLogs } from "./logs";
import type { Measure } from "./measure";
import { measurePeers } from "./peers/rounds";
import { measureQueries } from "./queries";
import { type Seed, seed } from "./seed";
import { measureSnapshots } from "./snapshots";
import { measureStart } from "./start";
import { measureFunctionSteps, measureScriptSteps } from "./steps";
import { type Subject, startSubject } from "./subject";
import { AT_ONCE, measureThroughput } from "./throughput";
import { measureTransfers } from "./transfers";
import { measureUpgrade } from "./upgrade";
import { measureYear } from "./year";

const RUNS = 100_000;

let missed = 0;

function report(measures: Measure[]): void {
  for (const measure of measures) {
    if (!measure.ok) missed++;
    process.stdout.write(`${JSON.stringify(measure)}\n`);
  }
}

/** What needs no server of ours. */
interface AlonePart {
  name: string;
  alone(): Promise<void>;
}

interface ServerPart {
  name: string;
  /** Number of worker processes. */
  workers: number;
  settings?: Record<string, string>;
  /** Reports what it measures as it goes. */
  measure(subject: Subject): Promise<void>;
}

/** A project without runs, and one with many. */
const fresh = (subject: Subject): Promise<Seed> => seed(subject, 0);
const full = (subject: Subject): Promise<Seed> => seed(subject, RUNS);

/** Parts with the same name are measured one after another, each with its own server. */
const PARTS: (ServerPart | AlonePart)[] = [
  {
    name: "lists",
    workers: 0,
    async measure(subject) {
      const history = await full(subject);
      report(await measureLists(subject, history));
      report([await measurePages(subject, history), await measureQueries(subject, history)]);
    },
  },
  {
    name: "fan-out",
    workers: 0,
    measure: async (subject) =>
      report(await measureFanOut(subject, await fresh(subject), await fresh(subject))),
  },
  {
    name: "start",
    workers: 1,
    measure: async (subject) => report([await measureStart(subject, await fresh(subject))]),
  },
  {
    name: "logs",
    workers: 1,
    measure: async (subject) => report([await measureLogs(subject, await fresh(subject))]),
  },
  {
    name: "transfers",
    workers: 0,
    measure: async (subject) => report(await measureTransfers(subject, await fresh(subject))),
  },
  {
    name: "steps",
    workers: 1,
    async measure(subject) {
      const project = await fresh(subject);
      report(await measureIdle(subject));
      report([await measureFunctionSteps(subject, project)]);
      report([await measureScriptSteps(subject, project)]);
    },
  },
  {
    name: "steps",
    workers: 1,
    settings: { PHASEBOARD_CONCURRENCY: String(Math.max(...AT_ONCE)) },
    async measure(subject) {
      const project = await fresh(subject);
      for (const count of AT_ONCE) report([await measureThroughput(subject, project, count)]);
    },
  },
  {
    name: "snapshots",
    alone: async () => report(await measureSnapshots()),
  },
  {
    name: "box",
    workers: 1,
    settings: { PHASEBOARD_SANDBOX: "required" },
    measure: async (subject) => report([await measureBox(subject)]),
  },
  {
    name: "year",
    workers: 1,
    measure: (subject) => measureYear(subject, report),
  },
  {
    name: "upgrade",
    alone: async () => report([await measureUpgrade()]),
  },
  {
    name: "peers",
    workers: 1,
    measure: async (subject) => report(await measurePeers(subject, await fresh(subject))),
  },
];

const only = process.argv[2];
let measured: Subject | undefined;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  // On a signal, stop the server that was started.
  process.once(signal, () => void Promise.resolve(measured?.stop()).finally(() => process.exit(1)));
}
for (const part of PARTS) {
  if (only !== undefined && only !== part.name) continue;
  if ("alone" in part) {
    await part.alone();
    continue;
  }
  measured = await startSubject(part.workers, part.settings);
  try {
    await part.measure(measured);
  } finally {
    await measured.stop();
    measured = undefined;
  }
}
process.exitCode = missed > 0 ? 1 : 0;
