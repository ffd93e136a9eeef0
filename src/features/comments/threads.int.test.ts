import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import type { PersonActor } from "../../auth/actor";
import { encodeLine } from "../../engine/logs/line";
import { logDirectoryKey } from "../../engine/logs/paths";
import { newId } from "../../lib/ids";
import { testDatabase } from "../../test/database";
import { type MadeProject, type MadeRun, makeArtifact, makeProject, makeRun } from "../../test/factories";
import { addRole, callerOf, makePerson } from "../../test/people";

const database = testDatabase();

describe("comments on something in a run", () => {
  let made: MadeProject;
  let ours: MadeRun;
  let [ann, ben, eve]: PersonActor[] = [];
  const as = (actor: PersonActor | undefined) => callerOf(database.db, actor ?? made.owner);
  const say = (anchor: unknown, by = ann) =>
    as(by).comments.create({ run_id: ours.run.id, text: "Look", anchor: anchor as never });
  const answer = (parent_id: string, by = ben, text = "Seen") =>
    as(by).comments.create({ run_id: ours.run.id, text, parent_id });

  beforeAll(async () => {
    made = await makeProject(database.db);
    ours = await makeRun(database.db, made);
    [ann, ben, eve] = await Promise.all(["Ann", "Ben", "Eve"].map((name) => makePerson(database.db, name)));
    for (const each of [ann, ben, eve])
      await addRole(database.db, made.project.id, each ?? made.owner, "member");
    const [attempt, step] = [newId(), ours.steps[0]];
    await database.db.execute(sql`
      insert into workflow_run_step_attempts
        (id, workflow_run_step_id, number, status, log_directory_path, completed_at)
      values (${attempt}, ${step?.id}, 1, 'completed', ${logDirectoryKey(ours.run.id, "only", 1)}, now())`);
    await database.db.execute(sql`update workflow_run_steps set attempt = 1 where id = ${step?.id}`);
    const lines = ["one", "\u001b[31mtwo\u001b[0m", "three\r\n"].map((text) =>
      encodeLine("2026-01-01T00:00:00.000Z", "stdout", text.endsWith("\n") ? text : `${text}\n`),
    );
    await database.db.execute(sql`
      insert into workflow_log_chunks (attempt_id, type, "offset", bytes)
      values (${attempt}, 'events', 0, ${Buffer.from(lines.join(""))}), (${attempt}, 'summary', 0, ${Buffer.from("x")})`);
  });

  it("quote lines of a log as they read, and belong to its step", async () => {
    const comment = await say({ kind: "log", step_id: "only", line: 3, start_line: 2 });
    expect(comment).toMatchObject({
      workflow_run_step_id: ours.steps[0]?.id,
      parent_id: null,
      resolved_at: null,
      anchor: { kind: "log", step_id: "only", attempt: 1, line: 3, start_line: 2, quote: "two\nthree" },
    });
  });

  it("quote lines of a text, and name a region of an image", async () => {
    const content = `${Array.from({ length: 30 }, (_, at) => `line ${at + 1}`).join("\r\n")}`;
    const text = await makeArtifact(database.db, made, ours, { content });
    const { anchor } = await say({ kind: "text", artifact_id: text.id, line: 30, start_line: 29 });
    expect(anchor).toEqual({
      ...{ kind: "text", artifact_id: text.id, line: 30, start_line: 29 },
      quote: "line 29\nline 30",
    });
    const long = await say({ kind: "text", artifact_id: text.id, line: 30, start_line: 1 });
    expect(long.anchor).toMatchObject({ quote: expect.stringMatching(/^line 1\n(.|\n)*\nline 20\n…$/) });
    const image = await makeArtifact(database.db, made, ours, { name: "a.png", mime_type: "image/png" });
    const region = { kind: "image", artifact_id: image.id, x: 0.25, y: 0.5, width: 0.25, height: 0.5 };
    expect((await say(region)).anchor).toEqual(region);
  });

  it("are refused where nothing of the kind is there", async () => {
    const other = await makeRun(database.db, made);
    const [foreign, text] = await Promise.all([
      makeArtifact(database.db, made, other, { mime_type: "image/png" }),
      makeArtifact(database.db, made, ours, { content: "one\n" }),
    ]);
    const whole = { x: 0, y: 0, width: 1, height: 1 };
    for (const [anchor, words] of [
      [{ kind: "log", step_id: "only", line: 4 }, "has 3 lines"],
      [{ kind: "log", step_id: "only", line: 1, attempt: 2 }, "1 attempts"],
      [{ kind: "log", step_id: "none", line: 1 }, 'no step "none"'],
      [{ kind: "log", step_id: "only", line: 1, start_line: 2 }, "start_line"],
      [{ kind: "text", artifact_id: text.id, line: 2 }, "has 1 line"],
      [{ kind: "text", artifact_id: foreign.id, line: 1 }, "no artifact"],
      [{ kind: "image", artifact_id: text.id, ...whole }, "no image"],
      [{ kind: "image", artifact_id: foreign.id, ...whole, x: 0.5 }, "width"],
      [{ kind: "image", artifact_id: foreign.id, ...whole }, "no artifact"],
      [{ kind: "plan", step_id: "only", entry: 1, quote: "Build" }, "no agent"],
      [{ kind: "change", path: "a.txt", side: "new", line: 1 }, ""],
    ] as const) {
      await expect(say(anchor), JSON.stringify(anchor)).rejects.toMatchObject({
        code: "BAD_REQUEST",
        message: expect.stringContaining(words),
      });
    }
  });

  it("are answered, resolved and opened again, and their list knows open ones", async () => {
    const first = await say({ kind: "log", step_id: "only", line: 1 });
    const one = await answer(first.id);
    const two = await answer(one.id, eve);
    for (const each of [one, two]) {
      expect(each).toMatchObject({ parent_id: first.id, workflow_run_step_id: ours.steps[0]?.id });
    }
    const listed = async (threads: "open" | "resolved") =>
      (await as(ann).comments.list({ run_id: ours.run.id, threads, limit: 50 })).items.map(({ id }) => id);
    expect(await listed("open")).toEqual(expect.arrayContaining([first.id, one.id, two.id]));
    const resolved = await as(ben).comments.resolve({ id: first.id });
    expect(resolved).toMatchObject({ resolved_by_name: "Ben", resolved_at: expect.any(String) });
    expect(resolved.updated_at, "that is no edit").toBe(first.updated_at);
    expect(await listed("resolved")).toEqual([first.id, one.id, two.id]);
    expect(await listed("open")).not.toContain(one.id);
    expect(await as(ben).comments.resolve({ id: first.id, resolved: false })).toMatchObject({
      ...{ resolved_at: null, resolved_by: null },
    });
    const plain = await as(ann).comments.create({ run_id: ours.run.id, text: "All well" });
    for (const id of [one.id, plain.id]) {
      await expect(as(ann).comments.resolve({ id })).rejects.toMatchObject({ code: "BAD_REQUEST" });
    }
    const elsewhere = await makeRun(database.db, made);
    await expect(
      as(ann).comments.create({ run_id: elsewhere.run.id, text: "No", parent_id: plain.id }),
    ).rejects.toMatchObject({ code: "BAD_REQUEST", message: expect.stringContaining("no comment") });
  });

  it("leave what others answered, when the first is deleted", async () => {
    const first = await say({ kind: "log", step_id: "only", line: 2 });
    const [one, two] = [await answer(first.id), await answer(first.id, eve)];
    await as(ann).comments.resolve({ id: first.id });
    await as(ann).comments.delete({ id: first.id });
    const { items } = await as(ann).comments.list({ run_id: ours.run.id, limit: 50 });
    expect(items.find(({ id }) => id === one.id)).toMatchObject({
      ...{ parent_id: null, resolved_by_name: "Ann" },
      anchor: { kind: "log", quote: "two" },
    });
    expect(items.find(({ id }) => id === two.id)).toMatchObject({ parent_id: one.id, anchor: null });
  });
});
