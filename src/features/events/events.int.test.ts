import { sql } from "drizzle-orm";
import { afterEach, describe, expect, it } from "vitest";
import type { Caller } from "../../auth/scope";
import { hubOf } from "../../events/hub";
import { testDatabase } from "../../test/database";
import { type MadeProject, makeProject, makeRun } from "../../test/factories";
import { addRole, callerOf, makePerson } from "../../test/people";
import { followAll } from "./queries/follow-all";
import { followProject } from "./queries/follow-project";

const database = testDatabase({ max: 20 });
const open: AbortController[] = [];

afterEach(() => {
  for (const controller of open.splice(0)) controller.abort();
});

function controller(): AbortController {
  const made = new AbortController();
  open.push(made);
  return made;
}

const callerIn = (made: MadeProject): Caller => ({ db: database.db, actor: made.owner });

/**
 * Follows from `after` until `enough` returns true or the stream ends; returns the ids in order of arrival.
 */
async function collect(
  caller: Caller,
  project_id: string,
  after: number | null,
  enough: (ids: number[]) => boolean,
): Promise<number[]> {
  const stop = controller();
  const ids: number[] = [];
  const feed = await followProject(caller, project_id, after, stop.signal);
  for (let events = await feed.next(); events; events = await feed.next()) {
    for (const { id } of events) if (id !== null) ids.push(id);
    if (enough(ids)) break;
  }
  feed.close();
  return ids;
}

describe("the project's events", () => {
  it("reach a reader that reconnects 20 times each once and in order, while 20 clients change runs", async () => {
    const made = await makeProject(database.db);
    const CLIENTS = 20;
    const ROUNDS = 10;
    const clients = Array.from({ length: CLIENTS }, async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const { runs } = callerOf(database.db, made.owner);
        const { id } = await runs.create({
          project_id: made.project.id,
          workflow_definition_id: made.definition.id,
          name: "R",
          args: {},
        });
        await runs.cancel({ id });
      }
    });
    // created; then the one step skipped and the run cancelled
    const total = CLIENTS * ROUNDS * 3;
    const seen: number[] = [];
    const share = Math.ceil(total / 20);
    for (let connection = 0; connection < 20; connection++) {
      // Cut the connection after its share: events beyond that were sent and lost.
      const goal = Math.min(share, total - seen.length);
      const ids = await collect(
        callerIn(made),
        made.project.id,
        seen.at(-1) ?? 0,
        (got) => got.length >= goal,
      );
      seen.push(...ids.slice(0, goal));
    }
    await Promise.all(clients);
    expect(seen).toEqual(Array.from({ length: total }, (_, place) => place + 1));
  });

  it("start with the next one for a reader without a last id", async () => {
    const made = await makeProject(database.db);
    const { run: first } = await makeRun(database.db, made);
    await callerOf(database.db, made.owner).runs.cancel({ id: first.id });
    const stop = controller();
    const events = await followProject(callerIn(made), made.project.id, null, stop.signal);
    const { run: second } = await makeRun(database.db, made);
    await callerOf(database.db, made.owner).runs.cancel({ id: second.id });
    const told = (await events.next())?.map((event) => JSON.parse(event.json).execution_id);
    expect(new Set(told)).toEqual(new Set([second.id]));
  });

  it("refuse an id that the project has not reached", async () => {
    const made = await makeProject(database.db);
    await expect(
      followProject(callerIn(made), made.project.id, 7, controller().signal),
    ).rejects.toMatchObject({
      code: "BAD_REQUEST",
    });
  });

  it("end for a member who is removed, and leave nothing behind", async () => {
    const made = await makeProject(database.db);
    const member = await makePerson(database.db, "Member");
    await addRole(database.db, made.project.id, member, "viewer");
    const stream = collect({ db: database.db, actor: member }, made.project.id, null, () => false);
    const hub = hubOf(database.db);
    await expect.poll(() => hub.readerCount(made.project.id)).toBe(1);
    await callerOf(database.db, made.owner).members.remove({
      project_id: made.project.id,
      user_id: member.user_id,
    });
    expect(await stream).toEqual([]);
    expect(hub.readerCount(made.project.id)).toBe(0);
  }, 15_000);

  it("cut off a reader that does not read, who then resumes without a gap", async () => {
    const made = await makeProject(database.db);
    const stop = controller();
    const stalled = await followProject(callerIn(made), made.project.id, null, stop.signal);
    const ROWS = 3_000;
    await database.db.transaction(async (tx) => {
      await tx.execute(sql`insert into workflow_events (project_id, seq, type, data)
        select ${made.project.id}, n, 'workflow.execution.created', jsonb_build_object('filler', repeat('x', 1000))
        from generate_series(1, ${ROWS}::int) n`);
      await tx.execute(sql`update projects set event_seq = ${ROWS} where id = ${made.project.id}`);
    });
    const hub = hubOf(database.db);
    await expect.poll(() => hub.position(made.project.id)).toBe(ROWS);
    const got: number[] = [];
    for (let events = await stalled.next(); events; events = await stalled.next()) {
      for (const { id } of events) if (id !== null) got.push(id);
    }
    expect(got.length).toBeLessThan(ROWS);
    const rest = await collect(
      callerIn(made),
      made.project.id,
      got.at(-1) ?? 0,
      (ids) => got.length + ids.length >= ROWS,
    );
    expect([...got, ...rest]).toEqual(Array.from({ length: ROWS }, (_, place) => place + 1));
  });

  it("are written with their change or not at all", async () => {
    const made = await makeProject(database.db);
    const { run } = await makeRun(database.db, made);
    const { db } = database;
    await expect(callerOf(db, made.owner).runs.retry({ id: run.id })).rejects.toThrow();
    const [row] = (
      await db.execute(sql`select event_seq::int as seq from projects where id = ${made.project.id}`)
    ).rows;
    expect(row?.seq).toBe(0);
  });
});

describe("the events of all of one's projects", () => {
  it("come in one stream, which ends when the projects are others", async () => {
    const [one, two, foreign] = [
      await makeProject(database.db),
      await makeProject(database.db),
      await makeProject(database.db),
    ];
    const person = await makePerson(database.db, "Of two");
    for (const made of [one, two]) await addRole(database.db, made.project.id, person, "viewer");
    const caller = { db: database.db, actor: person };
    const feed = await followAll(caller, controller().signal);
    const start = ({ project, definition, owner }: MadeProject) =>
      callerOf(database.db, owner).runs.create({
        project_id: project.id,
        workflow_definition_id: definition.id,
        name: "R",
        args: {},
      });
    expect((await feed.next())?.map(({ type }) => type)).toEqual(["workflow.events.swept"]);
    for (const made of [foreign, one, two]) await start(made);
    const told: string[] = [];
    while (told.length < 2)
      for (const { id, json } of (await feed.next()) ?? []) {
        expect(id).toBeNull();
        told.push(JSON.parse(json).project_id);
      }
    expect(told.toSorted()).toEqual([one.project.id, two.project.id].toSorted());
    // Not while they stay the same, however often rights are looked at.
    const ended = feed.next();
    expect(await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 3_500, "open"))])).toBe(
      "open",
    );
    await addRole(database.db, foreign.project.id, person, "viewer");
    expect(await ended).toBeNull();
    feed.close();
    for (const { project } of [one, two]) expect(hubOf(database.db).readerCount(project.id)).toBe(0);
  }, 15_000);

  it("are those of its project alone for a token of one", async () => {
    const [one, two] = [await makeProject(database.db), await makeProject(database.db)];
    const person = await makePerson(database.db, "With a token");
    for (const made of [one, two]) await addRole(database.db, made.project.id, person, "viewer");
    const stop = controller();
    const actor = { ...person, type: "token" as const, token_id: "t", project_id: one.project.id };
    const feed = await followAll({ db: database.db, actor } as unknown as Caller, stop.signal);
    expect([one, two].map(({ project }) => hubOf(database.db).readerCount(project.id))).toEqual([1, 0]);
    feed.close();
  });
});
