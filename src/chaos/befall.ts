import { readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import type { Db } from "../db/client";
import type { EmbeddedPostgres } from "../db/embedded";
import type { Fleet } from "./fleet";
import { keepAway } from "./outage";
import type { PlannedFault } from "./plan";

interface Subject {
  fleet: Fleet;
  server: EmbeddedPostgres;
  db: Db;
  /** Absolute folder of the runs' own folders. */
  workspaces: string;
  log: (line: string) => void;
}

/** Makes each fault of a plan happen at its time. Resolves once everything works again. */
export async function befall(faults: PlannedFault[], subject: Subject): Promise<void> {
  const began = Date.now();
  await Promise.all(
    faults.map(async (fault) => {
      await sleep(Math.max(0, began + fault.at - Date.now()));
      subject.log(JSON.stringify(fault));
      await happen(fault, subject);
    }),
  );
}

async function happen(fault: PlannedFault, { fleet, server, db, workspaces }: Subject): Promise<void> {
  switch (fault.what) {
    case "kill":
      return fleet.at(fault.worker).kill(fault.back_after);
    case "freeze":
      return fleet.at(fault.worker).freeze(fault.for);
    case "cut":
      return fleet.at(fault.worker).cut(fault.for, fault.late);
    case "terminate":
      // Postgres may be away now, which ends the sessions as well.
      await db
        .execute(sql`
          select pg_terminate_backend(pid) from pg_stat_activity
          where starts_with(usename, 'chaos_worker_') and random() < ${fault.share}`)
        .catch(() => {});
      return;
    case "ruin":
      return ruin(workspaces, fault.share);
    case "outage":
      if (fault.refused) fleet.refuse();
      await keepAway(server, fault.for);
      if (fault.refused) await fleet.accept();
  }
}

/** Removes folders in which runs work, each at once, whether a step is at work there or not. */
async function ruin(workspaces: string, share: number): Promise<void> {
  for (const project of await readdir(workspaces).catch(() => [])) {
    for (const run of await readdir(join(workspaces, project)).catch(() => [])) {
      if (run.includes(".") || Math.random() > share) continue;
      const path = join(workspaces, project, run);
      await rename(path, `${path}.ruined`).catch(() => {});
      await rm(`${path}.ruined`, { recursive: true, force: true }).catch(() => {});
    }
  }
}
