import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import journal from "../../drizzle/meta/_journal.json";
import { createUser } from "../auth/users";
import { closeDatabase, type Db, openDatabase } from "../db/client";
import { startEmbeddedPostgres } from "../db/embedded";
import { migrate } from "../db/migrate";
import { newId } from "../lib/ids";
import { migrateQueue } from "../queue/migrate";
import { fillYear, YEAR, type Year } from "./fill-year";
import { compare, type Measure, round, timed } from "./measure";
import type { Seed } from "./seed";

/** The newest migration of the version that is upgraded. */
const FROM = "0030_moving";
/** Milliseconds that others may wait for a migration's lock. */
const LIMIT_MS = 2_000;
const PAUSE_MS = 10;

/** A year is upgraded from an older schema, while others write: how long the longest of them waits. */
export async function measureUpgrade(year: Year = YEAR): Promise<Measure> {
  const folder = await mkdtemp(join(tmpdir(), "phaseboard-bench-"));
  const postgres = await startEmbeddedPostgres({ dataDir: folder, log: () => {} });
  const db = openDatabase(postgres.url, { name: "bench", max: 4 });
  try {
    const from = journal.entries.findIndex(({ tag }) => tag === FROM);
    const only = journal.entries.slice(0, from + 1).map(({ when }) => when);
    await migrate(postgres.url, { queue: migrateQueue, only });
    const { id: userId } = await createUser(db, {
      email: "bench@example.com",
      name: "Bench",
      password: "bench-password",
    });
    const seeds = await Promise.all([makeProject(db), makeProject(db)]);
    await fillYear({ db, userId }, seeds, year);
    const stop = new AbortController();
    const writers = seeds.map((seed) => waits(db, seed, stop.signal));
    const took = await timed(() => migrate(postgres.url, { queue: migrateQueue }));
    stop.abort();
    const longest = Math.max(...(await Promise.all(writers)).flat());
    return compare(
      "the longest wait of a writer while a year of runs is upgraded",
      "ms",
      [longest],
      [LIMIT_MS],
      { at_most: 1 },
      `the upgrade took ${round(took / 1_000)} s; the floor is the limit itself`,
    );
  } finally {
    await closeDatabase(db);
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeProject(db: Db): Promise<Seed> {
  const [projectId, definitionId] = [newId(), newId()];
  await db.execute(sql`
    insert into projects (id, name, slug, path) values (${projectId}, ${projectId}, ${projectId}, ${projectId})`);
  await db.execute(sql`
    insert into workflow_definitions (id, project_id, name, slug, type, path, phases, status)
    values (${definitionId}, ${projectId}, 'Bench', 'bench', 'yaml', 'bench.yaml', '["work"]', 'active')`);
  await db.execute(sql`
    insert into workflow_definition_revisions (id, workflow_definition_id, number, sha256, source, compiled)
    values (${newId()}, ${definitionId}, 1, '', '', '{}')`);
  return { projectId, definitionId };
}

/** Milliseconds that each of many changes took: of a run, its step and attempt, and the project's events. */
async function waits(db: Db, { projectId }: Seed, stop: AbortSignal): Promise<number[]> {
  const found: number[] = [];
  for (let number = 1; !stop.aborted; number++) {
    found.push(await timed(() => change(db, projectId, number)));
    await sleep(PAUSE_MS);
  }
  return found;
}

function change(db: Db, projectId: string, number: number): Promise<void> {
  return db.transaction(async (tx) => {
    const run = sql`(select id from workflow_runs where project_id = ${projectId} and number = ${number})`;
    await tx.execute(sql`update workflow_runs set updated_at = now() where id = ${run}`);
    await tx.execute(sql`update workflow_run_steps set updated_at = now() where workflow_run_id = ${run}`);
    await tx.execute(sql`
      update workflow_run_step_attempts set updated_at = now()
      where workflow_run_step_id in (select id from workflow_run_steps where workflow_run_id = ${run})`);
    await tx.execute(sql`
      with changed as (
        update projects set event_seq = event_seq + 1 where id = ${projectId} returning id, event_seq
      )
      insert into workflow_events (project_id, seq, type, data)
      select id, event_seq, 'workflow.execution.updated', '{}' from changed`);
  });
}
