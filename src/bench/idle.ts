import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { embeddedPaths } from "../db/embedded-cluster";
import { listTree } from "../lib/process-tree";
import { type Measure, round } from "./measure";
import type { Subject } from "./subject";

const SECONDS = 30;
/** After this time the work of the start is done. */
const REST_MS = 8_000;
const LIMIT_PERCENT = 1;

/**
 * What an idle worker costs: its share of a core, by the kernel's process times (children included), and its
 * statements, by Postgres's log. Linux only.
 */
export async function measureIdle(subject: Subject): Promise<Measure[]> {
  if (process.platform !== "linux") return [];
  const [worker] = (await subject.db.execute<{ pid: number }>(sql`select pid from workers`)).rows;
  if (!worker) throw new Error("there is no worker");
  await sleep(REST_MS);
  const { log } = embeddedPaths(subject.folder);
  await logStatements(subject, true);
  await sleep(1_000);
  const from = (await readFile(log)).byteLength;
  const before = await cpuSeconds(worker.pid);
  const began = performance.now();
  await sleep(SECONDS * 1_000);
  const seconds = (performance.now() - began) / 1_000;
  const used = (await cpuSeconds(worker.pid)) - before;
  const lines = (await readFile(log)).subarray(from).toString().split("\n");
  await logStatements(subject, false);
  const queries = lines.filter((line) =>
    /^app=phaseboard (worker|queue) LOG: {2}(execute|statement)/.test(line),
  );
  const share = (100 * used) / seconds;
  return [
    {
      measure: "an idle worker's share of a core",
      unit: "%",
      value: round(share),
      floor: LIMIT_PERCENT,
      ratio: round(share / LIMIT_PERCENT),
      limit: { at_most: 1 },
      ok: share <= LIMIT_PERCENT,
      note: `over ${round(seconds)} s, ${round(queries.length / seconds)} queries/s; the floor is the limit itself`,
    },
  ];
}

/** User and system time so far of the process and all of its descendants. */
async function cpuSeconds(root: number): Promise<number> {
  const ticks = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
  let sum = 0;
  for (const pid of listTree({ root, marked: () => false })) {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    // The process name, in parentheses, may contain spaces; utime and stime are fields 14 and 15 of the line.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    sum += Number(fields[11]) + Number(fields[12]);
  }
  return sum / ticks;
}

/** Makes Postgres log every statement, with its sender at the beginning of the line. */
async function logStatements({ db }: Subject, on: boolean): Promise<void> {
  if (on) {
    await db.execute(sql`alter system set log_line_prefix = 'app=%a '`);
    await db.execute(sql`alter system set log_statement = 'all'`);
  } else {
    await db.execute(sql`alter system reset log_line_prefix`);
    await db.execute(sql`alter system reset log_statement`);
  }
  await db.execute(sql`select pg_reload_conf()`);
}
