import { eq, sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import type { PersonActor } from "../../auth/actor";
import { workerScope } from "../../auth/scope";
import { workflowRuns } from "../../db/schema/runs";
import { users } from "../../db/schema/users";
import { progress } from "../../events/progress";
import { project } from "../../journal/project";
import { mentionOf } from "../../lib/mention";
import { testDatabase } from "../../test/database";
import { type MadeProject, makeProject, makeRun } from "../../test/factories";
import { addRole, callerOf, makePerson } from "../../test/people";
import { followProject } from "../events/queries/follow-project";

const database = testDatabase();
let made: MadeProject;
let ann: PersonActor;
let ben: PersonActor;
let eve: PersonActor;

beforeAll(async () => {
  made = await makeProject(database.db);
  const join = async (name: string) => {
    const person = await makePerson(database.db, name);
    await addRole(database.db, made.project.id, person, "member");
    return person;
  };
  [ann, ben, eve] = [await join("Ann"), await join("Ben"), await join("Eve")];
});

/** A run that Ann started, by hand or (`trigger`) by a schedule of hers. */
async function begin(trigger: string | null = null): Promise<string> {
  const { run } = await makeRun(database.db, made);
  await database.db
    .update(workflowRuns)
    .set({ status: "running", user_id: ann.user_id, workflow_trigger_id: trigger })
    .where(eq(workflowRuns.id, run.id));
  return run.id;
}

const end = (id: string, status: "completed" | "failed", error_message: string | null = null) =>
  progress(database.db, (tx) =>
    project(tx, workerScope(made.project.id, { type: "system" }), { id, current_phase: null }, [
      { kind: "finished", status, error_message, output: null },
    ]),
  );
const again = async (id: string) => {
  for (const status of ["pending", "running"] as const)
    await database.db.update(workflowRuns).set({ status }).where(eq(workflowRuns.id, id));
};
const say = (actor: PersonActor, run_id: string, text: string) =>
  callerOf(database.db, actor).comments.create({ run_id, text });
/** The reasons for which a run is among the open items, with how many items there are of all runs. */
async function reasonsOf(actor: PersonActor, run_id: string): Promise<string[]> {
  const { items } = await callerOf(database.db, actor).inbox.list({ limit: 100 });
  return items.filter(({ run }) => run.id === run_id).map(({ reason }) => reason);
}

describe("news", () => {
  it("of a failure go to who started the run and who commented, and leave once a retry succeeds", async () => {
    const id = await begin();
    await say(ben, id, "Will this do?");
    await end(id, "failed", "2 tests failed");
    expect(await reasonsOf(ann, id)).toEqual(["failed", "commented"]);
    expect(await reasonsOf(ben, id)).toEqual(["failed"]);
    expect(await reasonsOf(eve, id)).toEqual([]);
    const { items } = await callerOf(database.db, ben).inbox.list({ limit: 1 });
    expect(items[0]).toMatchObject({
      reason: "failed",
      own: false,
      error_message: "2 tests failed",
      read_at: null,
    });

    await callerOf(database.db, ben).inbox.mark({ keys: [`failed:${id}`], done: true });
    expect(await reasonsOf(ben, id)).toEqual([]);
    await again(id);
    await end(id, "failed", "1 test failed");
    expect(await reasonsOf(ben, id), "it failed again").toEqual(["failed"]);
    await again(id);
    await end(id, "completed");
    expect(await reasonsOf(ben, id)).toEqual([]);
    expect(await reasonsOf(ann, id)).toEqual(["finished", "commented"]);
  });

  it("of a good end go to who started the run by hand, follows it or looks after it", async () => {
    const [byHand, bySchedule] = [await begin(), await begin("trigger0000")];
    await end(byHand, "completed");
    await end(bySchedule, "completed");
    expect(await reasonsOf(ann, byHand)).toEqual(["finished"]);
    expect(await reasonsOf(ann, bySchedule)).toEqual([]);
    const failing = await begin("trigger0000");
    await end(failing, "failed");
    expect(await reasonsOf(ann, failing)).toEqual(["failed"]);
    const followed = await begin("trigger0000");
    await callerOf(database.db, ben).runs.follow({ id: followed });
    await database.db
      .update(workflowRuns)
      .set({ assignee_id: eve.user_id })
      .where(eq(workflowRuns.id, followed));
    await end(followed, "completed");
    for (const person of [ben, eve]) expect(await reasonsOf(person, followed)).toEqual(["finished"]);
    expect(await reasonsOf(ann, followed)).toEqual([]);
  });

  it("of a run that was given to somebody go to them, and not to who takes one", async () => {
    const id = await begin();
    const runs = callerOf(database.db, ann).runs;
    await runs.update({ id, assignee_id: ben.user_id });
    expect(await reasonsOf(ben, id)).toEqual(["assigned"]);
    await callerOf(database.db, ben).inbox.mark({ keys: [`assigned:${id}`], done: true });
    await runs.update({ id, name: "Named anew", assignee_id: ben.user_id });
    expect(await reasonsOf(ben, id), "it was theirs already").toEqual([]);
    await runs.update({ id, assignee_id: ann.user_id });
    expect(await reasonsOf(ann, id)).toEqual([]);
    await runs.update({ id, assignee_id: ben.user_id });
    expect(await reasonsOf(ben, id)).toEqual(["assigned"]);
  });

  it("of a comment have one reason, the best, and none go to its writer", async () => {
    const id = await begin();
    await say(ben, id, "First");
    const { id: comment_id } = await say(
      eve,
      id,
      `${mentionOf(ben.user_id)}, and ${mentionOf(ann.user_id)}?`,
    );
    expect(await reasonsOf(ann, id)).toEqual(["mentioned", "commented"]);
    expect(await reasonsOf(ben, id)).toEqual(["mentioned"]);
    await say(ann, id, "Yes");
    expect(await reasonsOf(ben, id)).toEqual(["answered", "mentioned"]);
    expect(await reasonsOf(eve, id)).toEqual(["answered"]);
    expect(await reasonsOf(ann, id)).toHaveLength(2);
    const { items } = await callerOf(database.db, ben).inbox.list({ limit: 2 });
    expect(items[1]).toMatchObject({
      comment: { id: comment_id, created_by_name: "Eve", text: "@Ben, and @Ann?" },
    });
    const run = await callerOf(database.db, eve).runs.get({ id });
    expect(run.comments[1]?.mentions).toEqual([
      { id: ben.user_id, name: "Ben" },
      { id: ann.user_id, name: "Ann" },
    ]);
    await callerOf(database.db, eve).comments.delete({ id: comment_id });
    expect(await reasonsOf(ben, id)).toEqual(["answered"]);
  });

  it("of a mention come with a later change of the text, too, and to nobody who is not in the project", async () => {
    const id = await begin();
    const stranger = await makePerson(database.db, "Stranger");
    const { id: comment_id } = await say(ann, id, "Who knows?");
    await callerOf(database.db, ann).comments.update({
      id: comment_id,
      text: `Who knows, ${mentionOf(eve.user_id)} ${mentionOf(stranger.user_id)}?`,
    });
    expect(await reasonsOf(eve, id)).toEqual(["mentioned"]);
    const { rows } = await database.db.execute(
      sql`select from inbox_items where user_id = ${stranger.user_id}`,
    );
    expect(rows).toEqual([]);
  });

  it("go to nobody who is disabled", async () => {
    const id = await begin();
    await say(eve, id, "Here");
    await database.db.update(users).set({ disabled_at: sql`now()` }).where(eq(users.id, eve.user_id));
    await end(id, "failed");
    await database.db.update(users).set({ disabled_at: null }).where(eq(users.id, eve.user_id));
    expect(await reasonsOf(eve, id)).toEqual([]);
  });

  it("are told to their person's streams at once, and to nobody else's", async () => {
    const id = await begin();
    const stop = new AbortController();
    const typesOf = async (actor: PersonActor) => {
      const feed = await followProject({ db: database.db, actor }, made.project.id, null, stop.signal);
      return async (): Promise<string[]> => {
        const types: string[] = [];
        while (!types.includes("workflow.execution.status_changed"))
          types.push(...((await feed.next()) ?? []).map(({ type }) => type));
        return types;
      };
    };
    const [ofAnn, ofEve] = [await typesOf(ann), await typesOf(eve)];
    await end(id, "failed");
    const [annHears, eveHears] = await Promise.all([ofAnn(), ofEve()]);
    stop.abort();
    expect(annHears).toContain("inbox.changed");
    expect(eveHears).not.toContain("inbox.changed");
  });

  it("are read all at once, and counted while they are not", async () => {
    const before = (await callerOf(database.db, ben).inbox.list({})).count;
    const id = await begin();
    await say(ann, id, `${mentionOf(ben.user_id)}!`);
    const inbox = callerOf(database.db, ben).inbox;
    expect((await inbox.list({})).count).toBe(before + 1);
    await inbox.mark({ all: "news", read: true });
    expect((await inbox.list({})).count).toBe(0);
    expect(await reasonsOf(ben, id), "what is read stays").toEqual(["mentioned"]);
    await inbox.mark({ all: "mentioned", done: true });
    expect(await reasonsOf(ben, id)).toEqual([]);
  });
});
