import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { removeTree } from "../../box/remove-tree";
import type { Db } from "../../db/client";
import { logger } from "../../lib/logger";

/** Folders younger than this may be in use: working on a run changes its folder. */
const REST_MS = 10 * 60_000;
/** Age at which the folder of an unknown run goes. The run was deleted, or belongs to another installation. */
const UNKNOWN_MS = 7 * 24 * 60 * 60_000;

/** Removes scratch folders of ended runs. A worker that died leaves one where another machine goes on with the run. */
export async function sweepScratch(db: Db, scratch: string): Promise<void> {
  const found = await readdir(scratch).catch(() => []);
  const old = await Promise.all(found.map(async (name) => ({ name, age: await ageOf(join(scratch, name)) })));
  const resting = old.filter(({ age }) => age >= REST_MS);
  if (resting.length === 0) return;
  const names = resting.map(({ name }) => name);
  const { rows } = await db.execute<{ id: string; is_over: boolean }>(sql`
    select id, claimed_by is null and status in ('completed', 'failed', 'cancelled') as is_over
    from workflow_runs where id in ${names}`);
  const known = new Map(rows.map(({ id, is_over }) => [id, is_over]));
  for (const { name, age } of resting) {
    if (!(known.get(name) ?? age >= UNKNOWN_MS)) continue;
    await removeTree(join(scratch, name)).catch((error: unknown) =>
      logger.debug({ err: error, run_id: name }, "files of a run were left"),
    );
  }
}

/** Milliseconds since an entry was added to the folder or removed from it. */
async function ageOf(path: string): Promise<number> {
  const facts = await stat(path).catch(() => null);
  return facts ? Date.now() - facts.mtimeMs : 0;
}
