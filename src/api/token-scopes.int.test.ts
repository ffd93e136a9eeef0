import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createToken } from "../auth/tokens";
import { closeDatabase } from "../db/client";
import { users } from "../db/schema/users";
import { PROJECT_ROLES, type ProjectRole, scopesUpTo, TOKEN_SCOPES, type TokenScope } from "../model/roles";
import { type Fixture, makeFixture, makeRoles } from "../test/access/fixture";
import { makeAccount, type Person, SECRET, type Way } from "../test/access/people";
import { type Target, targets } from "../test/access/requests";
import { testDatabase } from "../test/database";
import { web } from "../trpc/web";

const database = testDatabase({ fresh: true });
/** Owner of both projects. */
let ada: Person;
let own: Fixture;
let other: Fixture;
const ways: Partial<Record<TokenScope | "project", Way>> = {};

beforeAll(async () => {
  process.env.DATABASE_URL = database.url;
  process.env.NEXTAUTH_SECRET = SECRET;
  process.env.PHASEBOARD_DATA_DIR = await mkdtemp(join(tmpdir(), "phaseboard-data-"));
  const { db } = database;
  const members = await makeRoles(db);
  ada = members.owner;
  const spare = await makeAccount(db, "Spare");
  own = await makeFixture(db, members, spare);
  other = await makeFixture(db, members, spare);
  await db.update(users).set({ is_admin: true }).where(eq(users.id, ada.user_id));
  // So that the stream of a run's own output ends.
  await db.execute(sql`update workflow_runs set status = 'cancelled' where status = 'pending'`);
  // So that what waits for an answer, and what is offered as a template, is there to be hidden.
  await db.execute(sql`update workflow_definitions set is_template = true`);
  await db.execute(sql`
    update workflow_run_steps set status = 'running', waiting_for = 'approval', attempt = 1, started_at = now(),
      request = '{"prompt": "?", "approvers": {"role": "member", "count": 1, "allow_self": true}, "form": null}'
    where workflow_run_id in (select id from workflow_runs where status = 'running')`);
  const make = async (input: { scopes?: TokenScope[]; project_id?: string }) => {
    const { token } = await createToken(db, { user_id: ada.user_id, name: "t", ...input });
    return { authorization: `Bearer ${token}` };
  };
  for (const scope of TOKEN_SCOPES) ways[scope] = await make({ scopes: scopesUpTo(scope) });
  ways.project = await make({ project_id: own.ids("owner").project_id });
});

afterAll(() => closeDatabase(web().db));

const wayOf = (name: TokenScope | "project") => ways[name] ?? {};
const inputOf = ({ row: { input = () => ({}) } }: Target, { ids }: Fixture) => input(ids("owner"));
const isRole = (who: string): who is ProjectRole => (PROJECT_ROLES as readonly string[]).includes(who);
const known = targets().filter(({ row }) => row.who !== "anyone");

async function digest(): Promise<string> {
  const { rows: tables } = await database.db.execute<{ name: string }>(sql`
    select quote_ident(table_name) as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE' and table_name <> 'audit_log' order by 1`);
  const parts = tables.map(
    ({ name }) =>
      `select '${name}' as name, md5(coalesce(string_agg((to_jsonb(t) - 'last_used_at' - 'last_seen_at' - 'address')::text, '|' order by t::text), '')) as digest from ${name} t`,
  );
  return JSON.stringify((await database.db.execute(sql.raw(parts.join(" union all ")))).rows);
}

/** What of the other project an answer tells: none of these may stand in it. Groups are the installation's. */
function tellsOfOther(data: unknown): string[] {
  const text = JSON.stringify(data ?? null);
  const shared = new Set(Object.values(own.ids("owner")));
  const theirs = Object.entries(other.ids("owner")).filter(([name]) => !name.endsWith("group_id"));
  return theirs.map(([, id]) => id).filter((id) => !shared.has(id) && text.includes(id));
}

describe("a token for one project", () => {
  it("is let in there by every query, and told of no other project", async () => {
    const told: Record<string, string[]> = {};
    const statuses: Record<string, number> = {};
    const expected: Record<string, number> = {};
    for (const target of known.filter(({ row, writes }) => !writes && row.by !== "session")) {
      const { status, data } = await target.send(inputOf(target, own), wayOf("project"));
      statuses[target.name] = status;
      expected[target.name] = target.row.who === "administrator" ? 403 : target.answers;
      told[target.name] = tellsOfOther(data);
    }
    expect(statuses).toEqual(expected);
    expect(told).toEqual(Object.fromEntries(Object.keys(told).map((name) => [name, []])));
  });

  it("finds what its person sees by a token for all", async () => {
    const seen = known.filter(({ name }) =>
      /^(projects\.list|inbox\.list|definitions\.templates) by tRPC/.test(name),
    );
    expect(seen.length).toBeGreaterThanOrEqual(3);
    for (const target of seen) {
      const { data } = await target.send(inputOf(target, own), wayOf("write"));
      expect(tellsOfOther(data), target.name).not.toEqual([]);
    }
  });

  it("is refused everywhere else, and changes nothing", async () => {
    const before = await digest();
    const statuses: Record<string, number> = {};
    for (const target of known.filter(({ row }) => isRole(row.who) || row.who === "administrator")) {
      const { status } = await target.send(inputOf(target, other), wayOf("project"));
      statuses[target.name] = status;
    }
    expect(statuses).toEqual(Object.fromEntries(Object.keys(statuses).map((name) => [name, 403])));
    expect(await digest()).toBe(before);
  });
});

describe.each([
  ["read", "viewer"],
  ["run", "member"],
] as const)("a token with the scope %s", (scope, cap) => {
  const above = (who: string) =>
    isRole(who) ? PROJECT_ROLES.indexOf(who) > PROJECT_ROLES.indexOf(cap) : who === "administrator";

  it(`reads as a ${cap}`, async () => {
    const statuses: Record<string, number> = {};
    const expected: Record<string, number> = {};
    for (const target of known.filter(({ row, writes }) => !writes && row.by !== "session")) {
      const { status } = await target.send(inputOf(target, own), wayOf(scope));
      statuses[target.name] = status;
      expected[target.name] = above(target.row.who) ? 403 : target.answers;
    }
    expect(statuses).toEqual(expected);
  });

  it("is refused what takes more, with the scope that it takes", async () => {
    const before = await digest();
    const found: Record<string, string> = {};
    const writes = known.filter((each) => each.writes && each.row.by !== "session");
    for (const target of writes.filter(({ row }) => scope === "read" || above(row.who))) {
      const { status, error } = await target.send(inputOf(target, own), wayOf(scope));
      const says = /with the scope (run|write), which/.test(error?.message ?? "");
      found[target.name] = `${status} ${says}`;
    }
    expect(found).toEqual(Object.fromEntries(Object.keys(found).map((name) => [name, "403 true"])));
    expect(await digest()).toBe(before);
  });
});
