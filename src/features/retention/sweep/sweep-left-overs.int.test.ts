import { mkdir, mkdtemp, readdir, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { expect, it } from "vitest";
import { createToken } from "../../../auth/tokens";
import { workflowDefinitionRevisions } from "../../../db/schema/definitions";
import { newId } from "../../../lib/ids";
import { testDatabase } from "../../../test/database";
import { makeProject, makeRun } from "../../../test/factories";
import { makePerson } from "../../../test/people";
import { sweepCaches } from "../../../worker/workspace/sweep-caches";
import { Pace } from "./pace";
import { sweepLeftOvers } from "./sweep-left-overs";

const database = testDatabase({ fresh: true });
const sweep = () => sweepLeftOvers(database.db, new Pace(new AbortController().signal, 1));

async function ids(table: string): Promise<string[]> {
  const { rows } = await database.db.execute<{ id: string }>(sql.raw(`select id from ${table} order by id`));
  return rows.map(({ id }) => id);
}

it("sessions that have ended by time go, at once; others stay", async () => {
  const { user_id } = await makePerson(database.db, "Ada");
  for (const [id, seen, end] of [
    ["alive", "1 day", "-1 day"],
    ["idle", "15 days", "-1 day"],
    ["over", "1 day", "1 day"],
  ]) {
    await database.db.execute(sql`
      insert into sessions (id, user_id, token_hash, device, address, last_seen_at, expires_at)
      values (${id}, ${user_id}, ${id}, 'Firefox', '::1', now() - ${seen}::interval, now() - ${end}::interval)`);
  }
  expect(await sweep()).toMatchObject({ sessions: 2 });
  // One is the person's own, made with the account.
  expect((await ids("sessions")).filter((id) => ["alive", "idle", "over"].includes(id))).toEqual(["alive"]);
});

it("tokens and links that ended go a month later", async () => {
  const { user_id } = await makePerson(database.db, "Bob");
  const { db } = database;
  const kept = await createToken(db, { user_id, name: "kept" });
  const made = [];
  for (const name of ["revoked now", "revoked before", "expired now", "expired before"])
    made.push((await createToken(db, { user_id, name })).row.id);
  const [revokedNow = "", revokedBefore, expiredNow = "", expiredBefore] = made;
  await db.execute(sql`update api_tokens set revoked_at = now() where id = ${revokedNow}`);
  await db.execute(
    sql`update api_tokens set revoked_at = now() - interval '31 days' where id = ${revokedBefore}`,
  );
  await db.execute(sql`update api_tokens set expires_at = now() where id = ${expiredNow}`);
  await db.execute(
    sql`update api_tokens set expires_at = now() - interval '31 days' where id = ${expiredBefore}`,
  );
  for (const [id, used, end] of [
    ["open", null, "-1 day"],
    ["used", "31 days", "24 days"],
    ["late", null, "31 days"],
    ["fresh", "1 day", "-1 day"],
  ] as const) {
    await db.execute(sql`
      insert into account_links (id, user_id, kind, token_hash, expires_at, used_at)
      values (${id}, ${user_id}, 'reset', ${id}, now() - ${end}::interval, now() - ${used}::interval)`);
  }
  expect(await sweep()).toMatchObject({ tokens: 2, links: 2 });
  expect(await ids("api_tokens")).toEqual([kept.row.id, revokedNow, expiredNow].sort());
  expect(await ids("account_links")).toEqual(["fresh", "open"]);
});

it("revisions go that no run has and that are not among the newest", async () => {
  const { db } = database;
  const made = await makeProject(db);
  const { definition, compiled } = made;
  await db.insert(workflowDefinitionRevisions).values(
    Array.from({ length: 57 }, (_, at) => ({
      ...{ workflow_definition_id: definition.id, number: at + 2, sha256: "0".repeat(64) },
      ...{ source: "name: Work", compiled },
    })),
  );
  const { run } = await makeRun(db, made);
  await db.execute(sql`update workflow_runs set revision = 3 where id = ${run.id}`);
  const numbers = async () =>
    (
      await db.execute<{ number: number }>(sql`
        select number from workflow_definition_revisions where workflow_definition_id = ${definition.id} order by number`)
    ).rows.map(({ number }) => number);
  // All are as young as a run that is being made.
  expect(await sweep()).toMatchObject({ revisions: 0 });
  await db.execute(sql`
    update workflow_definition_revisions set created_at = now() - interval '2 days'
    where workflow_definition_id = ${definition.id} and number <= 7`);
  expect(await sweep()).toMatchObject({ revisions: 5 });
  expect((await numbers()).slice(0, 4)).toEqual([3, 7, 8, 9]);
  expect(await ids("workflow_runs")).toContain(run.id);
  await db.execute(sql`
    update workflow_definition_revisions set created_at = now() - interval '2 days'
    where workflow_definition_id = ${definition.id}`);
  expect(await sweep()).toMatchObject({ revisions: 2 });
  const kept = await numbers();
  expect([kept.length, ...kept.slice(0, 2)]).toEqual([51, 3, 9]);
});

it("caches that no run used for a week go, of every project", async () => {
  const root = await mkdtemp(join(tmpdir(), "phaseboard-caches-"));
  const old = new Date(Date.now() - 8 * 86_400_000);
  const [first, second] = [newId(), newId()];
  for (const [project, name, isOld] of [
    [first, "old", true],
    [first, "young", false],
    [second, "old", true],
  ] as const) {
    await mkdir(join(root, project, name, "inner"), { recursive: true });
    if (isOld) await utimes(join(root, project, name), old, old);
  }
  expect(await sweepCaches(root)).toBe(2);
  expect(await readdir(join(root, first))).toEqual(["young"]);
  expect(await readdir(join(root, second))).toEqual([]);
  expect(await sweepCaches(join(root, "none"))).toBe(0);
});
