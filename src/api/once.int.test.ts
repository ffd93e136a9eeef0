import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeDatabase } from "../db/client";
import { workflowRuns } from "../db/schema/runs";
import { newId } from "../lib/ids";
import { type Ids, type Members, makeFixture, makeRoles } from "../test/access/fixture";
import { byToken, makeAccount, type Person, SECRET } from "../test/access/people";
import { testDatabase } from "../test/database";
import { askRoute } from "../test/routes";
import { web } from "../trpc/web";

const database = testDatabase();
let members: Members;
let ids: Ids;

beforeAll(async () => {
  process.env.DATABASE_URL = database.url;
  process.env.NEXTAUTH_SECRET = SECRET;
  members = await makeRoles(database.db);
  ids = (await makeFixture(database.db, members, await makeAccount(database.db, "Spare"))).ids("owner");
});

afterAll(() => closeDatabase(web().db));

const input = (name: string) => ({
  project_id: ids.project_id,
  workflow_definition_id: ids.definition_id,
  name,
  args: {},
});

async function post(path: string, body: object, key: string, person: Person = members.owner) {
  const headers = { ...byToken(person), "content-type": "application/json", "idempotency-key": key };
  const response = await askRoute(
    new Request(`http://127.0.0.1:3000/api${path}`, { method: "POST", headers, body: JSON.stringify(body) }),
  );
  const { data, result, error } = await response.json();
  return { status: response.status, id: (data ?? result?.data)?.id as string | undefined, error };
}

const byRest = (name: string, key: string, person?: Person) =>
  post("/workflow-executions", input(name), key, person);
const byTrpc = (name: string, key: string) => post("/trpc/runs.create", input(name), key);
const countOf = async (name: string) =>
  (await database.db.select().from(workflowRuns).where(eq(workflowRuns.name, name))).length;

describe("an Idempotency-Key", () => {
  it("gives the first result again, by REST and by tRPC, however often and at once", async () => {
    const [name, key] = [newId(), newId()];
    const first = await byRest(name, key);
    const again = await Promise.all([
      byRest(name, key),
      byTrpc(name, key),
      byRest(name, key),
      byTrpc(name, key),
    ]);
    expect(first.status).toBe(201);
    expect(again.map(({ id }) => id)).toEqual(Array(4).fill(first.id));
    expect(again.map(({ status }) => status)).toEqual([201, 200, 201, 200]);
    expect(await countOf(name)).toBe(1);
  });

  it("makes one of many that come at once", async () => {
    const [name, key] = [newId(), newId()];
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, i) => (i % 2 ? byRest : byTrpc)(name, key)),
    );
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(await countOf(name)).toBe(1);
  });

  it("is refused for another request, by either way", async () => {
    const key = newId();
    await byRest("first", key);
    const [rest, trpc] = [await byRest("second", key), await byTrpc("second", key)];
    expect([rest.status, trpc.status]).toEqual([409, 409]);
    expect(rest.error).toMatchObject({ code: "CONFLICT", details: [{ path: "Idempotency-Key" }] });
  });

  it("is its person's own", async () => {
    const [name, key] = [newId(), newId()];
    const [mine, theirs] = [await byRest(name, key), await byRest(name, key, members.member)];
    expect([mine.status, theirs.status]).toEqual([201, 201]);
    expect(mine.id).not.toBe(theirs.id);
  });

  it("is free again where the create failed", async () => {
    const [name, key] = [newId(), newId()];
    const failed = await post(
      "/workflow-executions",
      { ...input(name), workflow_definition_id: "none" },
      key,
    );
    expect(failed.status).toBe(404);
    expect((await byRest(name, key)).status).toBe(201);
  });

  it.each(["", "with space", "x".repeat(256)])("must be a key: %j", async (key) => {
    const answer = await byRest("R", key);
    expect([answer.status, answer.error?.details?.[0]?.path]).toEqual([400, "Idempotency-Key"]);
  });
});
