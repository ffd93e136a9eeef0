import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeDatabase } from "../db/client";
import { projectMembers } from "../db/schema/projects";
import { users } from "../db/schema/users";
import { newId } from "../lib/ids";
import { PROJECT_ROLES, type ProjectRole } from "../model/roles";
import { type Fixture, type Ids, type Members, makeFixture, makeRoles } from "../test/access/fixture";
import {
  brokenWays,
  bySession,
  byToken,
  foreignWays,
  makeAccount,
  type Person,
  SECRET,
  type Way,
} from "../test/access/people";
import { type Outcome, PROCEDURE_NAMES, ROUTE_NAMES, type Target, targets } from "../test/access/requests";
import { HAND_WRITTEN, NEWCOMER, PROCEDURES, type Row } from "../test/access/table";
import { testDatabase } from "../test/database";
import { oddTimes } from "../test/wire-times";
import { web } from "../trpc/web";

const database = testDatabase({ fresh: true });
const ADD = "add a row to src/test/access/table.ts that says who may call it";

let members: Members;
let spare: Person;
let administrator: Person;
let own: Fixture;
let other: Fixture;
/** Whom no row of a project lets in. */
let outside: Record<string, Way>;
/** What nobody comes in by. */
let broken: Record<string, Way>;

beforeAll(async () => {
  process.env.DATABASE_URL = database.url;
  process.env.NEXTAUTH_SECRET = SECRET;
  process.env.PHASEBOARD_DATA_DIR = await mkdtemp(join(tmpdir(), "phaseboard-data-"));
  const { db } = database;
  members = await makeRoles(db);
  spare = await makeAccount(db, "Spare");
  administrator = await makeAccount(db, "Administrator");
  await db.update(users).set({ is_admin: true }).where(eq(users.id, administrator.user_id));
  const [disabled, removed, elsewhere] = (await Promise.all(
    ["Disabled", "Removed", "Elsewhere"].map((name) => makeAccount(db, name)),
  )) as [Person, Person, Person];
  await db.insert(users).values({ email: NEWCOMER, name: "Newcomer", password_hash: "none" });
  own = await makeFixture(db, members, spare, [disabled, removed]);
  await db.delete(projectMembers).where(sql`user_id = ${removed.user_id}`);
  const others = await makeRoles(db);
  other = await makeFixture(db, others, await makeAccount(db, "Other spare"), [elsewhere]);
  broken = await brokenWays(db, members.owner, disabled);
  outside = {
    "a removed member by session": bySession(removed),
    "a removed member by token": byToken(removed),
    "an owner of another project by session": bySession(elsewhere),
    "an owner of another project by token": byToken(elsewhere),
  };
});

afterAll(() => closeDatabase(web().db));

describe("the table", () => {
  it("has a row for every procedure and every route, and no other", () => {
    const known = [...Object.keys(PROCEDURES), ...Object.keys(HAND_WRITTEN)];
    const there = [...PROCEDURE_NAMES, ...ROUTE_NAMES];
    expect(
      there.filter((name) => !known.includes(name)),
      ADD,
    ).toEqual([]);
    expect(
      known.filter((name) => !there.includes(name)),
      "rows of nothing",
    ).toEqual([]);
  });
});

const inputOf = ({ input = () => ({}) }: Row, ids: Ids) => input(ids);

/** The ids that the row's input takes, the one that decides about the project first. */
function idsTaken(row: Row, ids: Ids): (keyof Ids)[] {
  const taken = new Set<keyof Ids>();
  const watched = new Proxy(ids, {
    get(all, key: keyof Ids) {
      taken.add(key);
      return all[key];
    },
  });
  inputOf(row, watched);
  return [...taken];
}

const isRole = (who: Row["who"]): who is ProjectRole => (PROJECT_ROLES as readonly string[]).includes(who);
const mayRole = (row: Row, role: ProjectRole) =>
  !isRole(row.who) || PROJECT_ROLES.indexOf(role) >= PROJECT_ROLES.indexOf(row.who);

/** A digest of every row there is, but for when and from where a token or a session was used last, and the record of what was refused. */
async function digest(): Promise<string> {
  const { rows: tables } = await database.db.execute<{ name: string }>(sql`
    select quote_ident(table_name) as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE' and table_name <> 'audit_log' order by 1`);
  const parts = tables.map(
    ({ name }) =>
      `select '${name}' as name, md5(coalesce(string_agg((to_jsonb(t) - 'last_used_at' - 'last_seen_at' - 'address')::text, '|' order by t::text), '')) as digest from ${name} t`,
  );
  // In order: with many tables the parts are read side by side.
  const { rows } = await database.db.execute(sql.raw(`${parts.join(" union all ")} order by name`));
  return JSON.stringify(rows);
}

type Answers = Record<string, number>;

/** What the table says of requests that a target must answer, beside what it did answer. */
class Findings {
  readonly expected: Answers = {};
  readonly found: Answers = {};

  async add(label: string, expected: number | number[], outcome: Promise<Outcome>): Promise<Outcome> {
    const { status, data } = await outcome;
    const wanted = [expected].flat();
    this.expected[label] = wanted.includes(status) ? status : (wanted[0] ?? 0);
    this.found[label] = status;
    expect(oddTimes(data), `${label}: times of constant length`).toEqual([]);
    return { status, data };
  }

  check(): void {
    expect(this.found).toEqual(this.expected);
  }
}

/** True for what a list gives that found nothing. */
function isEmpty(data: unknown): boolean {
  if (Array.isArray(data)) return data.length === 0;
  if (typeof data !== "object" || data === null) return false;
  const { items } = data as { items?: unknown };
  return items === undefined ? Object.values(data).every((count) => count === 0) : isEmpty(items);
}

describe("who is refused, and changes nothing", () => {
  for (const target of targets().filter(({ row }) => row.who !== "anyone")) {
    it(target.name, async () => {
      const before = target.writes ? await digest() : "";
      const findings = new Findings();
      await refusedWays(target, findings);
      await refusedIds(target, findings);
      findings.check();
      if (target.writes) expect(await digest()).toBe(before);
    });
  }
});

async function refusedWays({ row, writes, send }: Target, findings: Findings): Promise<void> {
  const input = inputOf(row, own.ids("owner"));
  for (const [way, headers] of Object.entries(broken)) await findings.add(way, 401, send(input, headers));
  if (writes) {
    for (const [way, headers] of Object.entries(foreignWays(members.owner))) {
      await findings.add(way, 403, send(input, headers));
    }
  }
  if (row.by === "session") await findings.add("a token", 403, send(input, byToken(members.owner)));
  if (row.who === "administrator") {
    for (const role of PROJECT_ROLES) {
      await findings.add(`a ${role} by session`, 403, send(input, bySession(members[role])));
      await findings.add(`a ${role} by token`, 403, send(input, byToken(members[role])));
    }
  }
  if (!isRole(row.who)) return;
  for (const [way, headers] of Object.entries(outside)) await findings.add(way, 403, send(input, headers));
  for (const role of PROJECT_ROLES.filter((each) => !mayRole(row, each))) {
    const theirs = inputOf(row, own.ids(role));
    await findings.add(`a ${role} by session`, 403, send(theirs, bySession(members[role])));
    await findings.add(`a ${role} by token`, 403, send(theirs, byToken(members[role])));
  }
  const refused = row.own;
  if (!refused) return;
  for (const role of PROJECT_ROLES.filter((each) => each !== refused)) {
    const foreign = inputOf(row, own.ids(role));
    await findings.add(
      `the ${role}'s own one by the ${refused}`,
      403,
      send(foreign, byToken(members[refused])),
    );
  }
}

/** Every id of the input in turn: another project's, another run's, and one that does not exist. */
async function refusedIds({ row, send }: Target, findings: Findings): Promise<void> {
  const ids = own.ids("owner");
  if (row.who === "administrator") return refusedToAdministrator(row, send, findings);
  const [gate, ...further] = idsTaken(row, ids);
  const way = (row.by === "session" ? bySession : byToken)(members.owner);
  const sendWith = (changed: Partial<Ids>) => send(inputOf(row, { ...ids, ...changed }), way);
  const absent = (key: keyof Ids) => (key.endsWith("_slug") ? "there-is-none" : newId());
  if (gate) {
    const foreign = isRole(row.who) ? 403 : 404;
    await findings.add(`${gate} of another project`, foreign, sendWith({ [gate]: other.ids("owner")[gate] }));
    await findings.add(`${gate} of nothing`, 404, sendWith({ [gate]: absent(gate) }));
  }
  for (const key of further) {
    // A group is the installation's, so none is another project's.
    const foreign = key === "group_id" ? {} : { "another project": other.ids("owner")[key] };
    const strange = { ...foreign, nothing: absent(key), ...siblingOf(key) };
    for (const [whose, id] of Object.entries(strange)) {
      const label = `${key} of ${whose}`;
      const { status, data } = await findings.add(label, [404, 400, 403, 200], sendWith({ [key]: id }));
      // A list may be asked for what is not there; then it has nothing to give.
      if (status === 200) expect(data, label).toSatisfy(isEmpty);
    }
  }
}

/** An administrator's rights have no project, so an id is only ever of nothing. */
async function refusedToAdministrator(row: Row, send: Target["send"], findings: Findings): Promise<void> {
  const ids = own.ids("owner");
  const way = byToken(administrator);
  for (const key of idsTaken(row, ids)) {
    await findings.add(`${key} of nothing`, 404, send(inputOf(row, { ...ids, [key]: newId() }), way));
  }
}

function siblingOf(key: keyof Ids): Record<string, string> {
  return key in own.siblings ? { "another run": own.siblings[key as keyof Fixture["siblings"]] } : {};
}

async function endRuns(): Promise<void> {
  await database.db.execute(
    sql`update workflow_runs set status = 'cancelled' where status in ('pending', 'running', 'paused')`,
  );
}

describe("who is let in", () => {
  for (const target of targets().filter(({ row }) => isRole(row.who))) {
    it(target.name, async () => {
      const { row, writes, answers, send } = target;
      const findings = new Findings();
      for (const role of PROJECT_ROLES.filter((each) => mayRole(row, each))) {
        const byEither = { session: bySession(members[role]), token: byToken(members[role]) };
        const ways = row.by === "session" ? { session: byEither.session } : byEither;
        for (const [way, headers] of Object.entries(ways)) {
          const fixture = writes ? await makeFixture(database.db, members, spare) : own;
          if (row.settled) await endRuns();
          const input = inputOf(row, fixture.ids(role));
          await findings.add(`a ${role} by ${way}`, answers, send(input, headers));
        }
      }
      if (!writes) {
        for (const [way, headers] of Object.entries(foreignWays(members.owner))) {
          await findings.add(way, answers, send(inputOf(row, own.ids("owner")), headers));
        }
      }
      findings.check();
    });
  }
});

describe("what needs no role", () => {
  for (const target of targets().filter(({ row }) => ["account", "administrator"].includes(row.who))) {
    it(`${target.name}: every ${target.row.who}`, async () => {
      const { row, answers, send } = target;
      const findings = new Findings();
      for (const way of row.by === "session" ? [bySession] : [bySession, byToken]) {
        const person = await makeAccount(database.db, "Anybody");
        const is_admin = row.who === "administrator";
        await database.db.update(users).set({ is_admin }).where(eq(users.id, person.user_id));
        const input = inputOf(row, {
          ...own.ids("owner"),
          token_id: person.token_id,
          session_id: person.session_id,
        });
        await findings.add(way.name, answers, send(input, way(person)));
      }
      findings.check();
    });
  }

  for (const target of targets().filter(({ row }) => row.who === "anyone")) {
    it(`${target.name}: anyone`, async () => {
      const { row, answers, send } = target;
      const findings = new Findings();
      const ways = { ...broken, ...outside, "an owner": bySession(members.owner) };
      for (const [way, headers] of Object.entries(ways)) {
        await findings.add(way, answers, send(inputOf(row, own.ids("owner")), headers));
      }
      findings.check();
    });
  }
});
