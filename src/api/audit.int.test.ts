import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { adoptSecret } from "../auth/fingerprint";
import { hashPassword } from "../auth/password";
import { closeDatabase } from "../db/client";
import { auditLog } from "../db/schema/audit";
import { groupMembers } from "../db/schema/people";
import { agentPermissionRequests } from "../db/schema/permissions";
import { projectMembers } from "../db/schema/projects";
import { users } from "../db/schema/users";
import { newId } from "../lib/ids";
import { PROJECT_ROLES } from "../model/roles";
import { type Fixture, type Ids, type Members, makeFixture, makeRoles } from "../test/access/fixture";
import { bySession, makeAccount, type Person, SECRET } from "../test/access/people";
import { type Target, targets } from "../test/access/requests";
import { NEWCOMER } from "../test/access/table";
import { testDatabase } from "../test/database";
import { web } from "../trpc/web";

/** Commands whose success needs more than a fixture, with the test that looks at their row. */
const ELSEWHERE: Record<string, string> = {
  "users.unlink": "needs an account at a provider: src/features/users/provider.int.test.ts",
  "users.useLink": "needs a link that was made: src/features/users/people.int.test.ts",
  "users.setUp": "works while there is nobody: src/features/users/set-up.int.test.ts",
  "steps.decide": "needs a run that waits: src/worker/claims/approval.int.test.ts",
  "runs.applyChanges": "needs a run's commits: src/features/ways-out/ways-out.int.test.ts",
  "runs.push": "needs a run's commits: src/features/ways-out/ways-out.int.test.ts",
  "runs.openPullRequest": "needs a run's commits: src/features/ways-out/pull-requests.int.test.ts",
  "runs.updateFromBase": "needs a run's commits: src/features/ways-out/ways-out.int.test.ts",
};

/** Commands that change several things, each in a transaction of its own. */
const SEVERAL: Record<string, number> = {
  "runs.cancelMany": 2,
  // How far one has read is nobody's deed.
  "inbox.mark": 0,
  // A check keeps nothing.
  "definitions.check": 0,
  // Nor is being somewhere.
  "presence.look": 0,
  "looks.note": 0,
  // Nor which projects one likes to have at hand.
  "projects.star": 0,
};

/** What the table's calls are refused for is put right here, or asked for otherwise. */
const MADE_RIGHT: Record<string, (ids: Ids, person: Person) => Promise<Record<string, unknown> | undefined>> =
  {
    "groups.delete": async ({ group_id }) => ({ id: group_id }),
    "groups.removeMember": async ({ group_id, member_user_id }) => {
      const theirs = { group_id, user_id: member_user_id };
      await database.db.insert(groupMembers).values(theirs).onConflictDoNothing();
      return { id: group_id, user_id: member_user_id };
    },
    "members.takeOver": async ({ project_id }) => {
      const ofProject = eq(projectMembers.project_id, project_id);
      await database.db.update(projectMembers).set({ role: "viewer" }).where(ofProject);
      return undefined;
    },
    "secrets.delete": async ({ project_id }, person) => {
      const secret = { project_id, name: "NONE", value: VALUE };
      expect(await send("secrets.set", secret, person)).toMatchObject({ status: 200 });
      return undefined;
    },
    "definitions.offer": async ({ project_id }, person) => {
      const source = "name: Offered\nphases: [a]\nsteps: [{ id: a, type: script, run: 'true' }]\n";
      const { data } = await send("definitions.create", { project_id, source }, person);
      return { id: (data as { id: string }).id, offered: true };
    },
    "definitions.rename": (ids, person) => written(ids, person, { name: "Renamed" }),
    "definitions.duplicate": (ids, person) => written(ids, person, {}),
    "definitions.restore": (ids, person) => written(ids, person, { number: 1 }),
    "users.changePassword": async (_, { user_id }) => {
      const password_hash = await hashPassword(OLD);
      await database.db.update(users).set({ password_hash }).where(eq(users.id, user_id));
      return { current_password: OLD, new_password: NEW, tokens: "keep" };
    },
    "installation.update": async () => {
      await adoptSecret(database.db, SECRET);
      return undefined;
    },
    "agentSessions.answerPermission": async ({ permission_request_id }) => {
      await database.db
        .update(agentPermissionRequests)
        .set({ status: "pending" })
        .where(eq(agentPermissionRequests.id, permission_request_id));
      return undefined;
    },
  };

/** A definition whose file is there. */
async function written({ project_id }: Ids, person: Person, more: object): Promise<Record<string, unknown>> {
  const source = `name: W${newId()}\nphases: [a]\nsteps: [{ id: a, type: script, run: 'true' }]\n`;
  const { data } = await send("definitions.create", { project_id, source }, person);
  return { id: (data as { id: string }).id, ...more };
}

const VALUE = "hush-hush value of a secret";
const OLD = "the old password of somebody";
const NEW = "the new password of somebody";

const database = testDatabase({ fresh: true });
let members: Members;
let spare: Person;
/** What was given out or sent in and must be in no row. */
const secrets = [VALUE, OLD, NEW, "a value"];

beforeAll(async () => {
  process.env.DATABASE_URL = database.url;
  process.env.NEXTAUTH_SECRET = SECRET;
  process.env.PHASEBOARD_DATA_DIR = await mkdtemp(join(tmpdir(), "phaseboard-data-"));
  members = await makeRoles(database.db);
  spare = await makeAccount(database.db, "Spare");
  await database.db.insert(users).values({ email: NEWCOMER, name: "Newcomer", password_hash: "none" });
});

afterAll(() => closeDatabase(web().db));

const commands = new Map(
  targets()
    .filter(({ name, writes }) => writes && name.endsWith(" by tRPC"))
    .map((target) => [target.name.replace(" by tRPC", ""), target] as const),
);

const UPLOAD = "artifacts.upload";
const byHand = targets().find(({ name }) => name === "POST /api/workflow-executions/{id}/artifacts");
if (byHand) commands.set(UPLOAD, byHand);

function send(name: string, input: Record<string, unknown>, person: Person) {
  return (commands.get(name) as Target).send(input, bySession(person));
}

/** A person who may, and the things that they may change. */
async function personFor({ row }: Target): Promise<[Person, Fixture]> {
  if (PROJECT_ROLES.some((role) => role === row.who))
    return [members.owner, await makeFixture(database.db, members, spare)];
  const person = await makeAccount(database.db, "Anybody");
  await database.db.update(users).set({ is_admin: true }).where(eq(users.id, person.user_id));
  const fixture = await makeFixture(database.db, { ...members, owner: person }, spare);
  return [person, fixture];
}

for (const [name, target] of commands) {
  if (name in ELSEWHERE) continue;
  it(`${name} leaves its row`, async () => {
    const [person, fixture] = await personFor(target);
    const ids = { ...fixture.ids("owner"), token_id: person.token_id };
    if (target.row.settled) {
      await database.db.execute(
        sql`update workflow_runs set status = 'cancelled' where status in ('pending', 'running', 'paused')`,
      );
    }
    const input = (await MADE_RIGHT[name]?.(ids, person)) ?? target.row.input?.(ids) ?? {};
    const before = new Set(
      (await database.db.select({ id: auditLog.id }).from(auditLog)).map(({ id }) => id),
    );
    const { status, data, error } = await target.send(input, bySession(person));
    expect(status, error?.message).toBe(name === UPLOAD ? 201 : 200);
    for (const key of ["token", "secret", "url"]) {
      const given = (data as Record<string, unknown> | undefined)?.[key];
      if (typeof given === "string") secrets.push(given);
    }
    const rows = (await database.db.select().from(auditLog)).filter(({ id }) => !before.has(id));
    expect(
      rows.map(({ action, outcome, actor_id }) => ({ action, outcome, actor_id })),
      "a command writes by transact(caller, scope, action, …), whose action is the procedure's path",
    ).toEqual(Array(SEVERAL[name] ?? 1).fill({ action: name, outcome: "done", actor_id: person.user_id }));
    for (const row of rows) {
      expect(row).toMatchObject({
        actor_type: "user",
        address: expect.any(String),
        target_type: expect.any(String),
      });
      if (PROJECT_ROLES.some((role) => role === target.row.who)) {
        expect(row).toMatchObject({ project_id: ids.project_id, project_name: expect.any(String) });
      }
    }
  });
}

it("has who was refused a write, and where, and no stranger", async () => {
  const { project_id, pending_run_id } = (await makeFixture(database.db, members, spare)).ids("owner");
  const before = await database.db.$count(auditLog);
  const email = "somebody@example.com";
  const added = { project_id, email, role: "owner" };
  expect(await send("members.add", added, members.maintainer)).toMatchObject({ status: 403 });
  const file = { id: pending_run_id, step_id: "only" };
  expect(await send(UPLOAD, file, members.viewer)).toMatchObject({ status: 403 });
  expect(await (commands.get("members.add") as Target).send(added, {})).toMatchObject({ status: 401 });
  const rows = await database.db.select().from(auditLog).orderBy(auditLog.created_at);
  expect(rows.length - before).toBe(2);
  expect(rows.slice(-2)).toMatchObject([
    {
      action: "members.add",
      outcome: "refused",
      actor_id: members.maintainer.user_id,
      project_id,
      after: { project_id, reason: expect.stringContaining("needs the role owner") },
    },
    { action: UPLOAD, outcome: "refused", actor_id: members.viewer.user_id, project_id },
  ]);
  expect(JSON.stringify(rows)).not.toContain(email);
});

it("holds no secret in any row", async () => {
  const rows = JSON.stringify(await database.db.select().from(auditLog));
  expect(secrets.length).toBeGreaterThan(5);
  for (const secret of secrets) expect(rows).not.toContain(secret);
});
