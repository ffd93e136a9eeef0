import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { eq, sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { projectSecrets } from "../db/schema/secrets";
import { logDirectoryKey } from "../engine/logs/paths";
import { enqueueAdvance } from "../queue/enqueue";
import { testDatabase } from "../test/database";
import { type MadeProject, makeProject, makeRun, scriptStep } from "../test/factories";
import { ownWorkerBesideEach } from "../test/own-worker";
import { callerOf } from "../test/people";
import { readRun, untilRun } from "../test/runs";
import { fileLogs } from "./logs/file-logs";

const database = testDatabase({ fresh: true });
const SECRET = "hunter 2/+'x'\nsecond line";

ownWorkerBesideEach(database);

const secretsOf = (made: MadeProject) => callerOf(database.db, made.owner).secrets;

async function finish(made: MadeProject, status: "completed" | "failed") {
  const { run } = await makeRun(database.db, made);
  await enqueueAdvance(database.db, run.id);
  await untilRun(database.db, run.id, status);
  await fileLogs(database.db, run.id);
  const folder = join(made.project.path, logDirectoryKey(run.id, "leak", 1));
  const files = await Promise.all(
    (await readdir(folder)).map((name) => readFile(join(folder, name), "utf8")),
  );
  const { rows: events } = await database.db.execute(
    sql`select data from workflow_events where workflow_run_id = ${run.id}`,
  );
  return {
    ...(await readRun(database.db, run.id)),
    logs: files.join("\n"),
    kept: JSON.stringify([files, events]),
  };
}

describe("a project's secrets", () => {
  it("reach the step that names them, and nothing that is kept of it", async () => {
    const leak = `[ "$TOKEN" = "$(printf '%s' "$TOKEN")" ]; printf '%s\\n' "$TOKEN"; printf '%s' "$TOKEN" | base64
      printf 'hunt'; sleep 0.4; printf 'er 2/+'; printf "'x'\\n"; echo "got=\${#TOKEN}" >&2
      printf '{"key": "second line"}' > $PHASEBOARD_OUTPUT`;
    const made = await makeProject(database.db, {
      steps: [scriptStep("leak", leak, { secrets: ["TOKEN"] }), scriptStep("without", '[ -z "$TOKEN" ]')],
    });
    await secretsOf(made).set({ project_id: made.project.id, name: "TOKEN", value: SECRET });
    const { steps, logs, kept } = await finish(made, "completed");
    expect(logs).toContain(`got=${SECRET.length}`);
    const uses = await callerOf(database.db, made.owner).audit.list({
      project_id: made.project.id,
      action: "secrets.use",
    });
    expect(uses.items).toMatchObject([{ actor_type: "worker", target_name: "TOKEN" }]);
    expect(steps[0]?.output).toEqual({ key: "***" });
    for (const form of ["hunter 2", "second line", "aHVudGVy"]) expect(kept).not.toContain(form);
    const shown = logs.split("\n").filter((line) => line.includes('"stdout"'));
    expect(shown.join()).not.toMatch(/hunt|2\/\+/);
    const { rows: revision } = await database.db.execute(sql`
      select v.compiled from workflow_definition_revisions v where v.workflow_definition_id = ${made.definition.id}`);
    expect(JSON.stringify(revision)).not.toContain("hunter");
  });

  it("are encrypted, listed without their values, replaced and deleted", async () => {
    const made = await makeProject(database.db);
    const { id: project_id } = made.project;
    const caller = secretsOf(made);
    const set = await caller.set({ project_id, name: "TOKEN", value: SECRET });
    expect(Object.keys(set).sort()).toEqual(["created_at", "name", "project_id", "updated_at", "warning"]);
    expect(set.warning).toBeNull();
    await caller.set({ project_id, name: "OTHER", value: "another" });
    await caller.set({ project_id, name: "TOKEN", value: "replaced" });
    expect((await caller.list({ project_id })).items.map((secret) => secret.name)).toEqual([
      "OTHER",
      "TOKEN",
    ]);
    const rows = await database.db
      .select()
      .from(projectSecrets)
      .where(eq(projectSecrets.project_id, project_id));
    for (const { sealed } of rows) expect(sealed.toString("latin1")).not.toMatch(/hunter|another|replaced/);
    await caller.delete({ project_id, name: "TOKEN" });
    await expect(caller.delete({ project_id, name: "TOKEN" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect((await caller.list({ project_id })).items).toHaveLength(1);
  });

  it("that are a number or a word are set, told of, and where they change an output the log says so", async () => {
    const made = await makeProject(database.db, {
      steps: [
        scriptStep("leak", `echo '{"year":2024,"on":true}' > "$PHASEBOARD_OUTPUT"`),
        scriptStep("plain", `echo '{"year":2025}' > "$PHASEBOARD_OUTPUT"`),
      ],
    });
    const { id: project_id } = made.project;
    const set = await secretsOf(made).set({ project_id, name: "YEAR", value: "2024" });
    expect(set.warning).toContain("YEAR is set, but its value is a number");
    const { run, steps, logs } = await finish(made, "completed");
    expect(JSON.stringify(steps[0]?.output)).toContain("***");
    const said = "The step's output holds the value of a secret";
    expect(logs).toContain(said);
    const plain = join(made.project.path, logDirectoryKey(run.id, "plain", 1), "events.jsonl");
    await fileLogs(database.db, run.id);
    expect(await readFile(plain, "utf8")).not.toContain(said);
  });

  it.each([
    ["of three characters", "abc"],
    ["of short lines", "ab\ncd\nef"],
    ["that is empty", ""],
    ["with U+0000", "a\0bcd"],
    ["of more than 16 KiB", "x".repeat(16 * 1024 + 1)],
  ])("refuse a value %s", async (_, value) => {
    const made = await makeProject(database.db);
    const setting = secretsOf(made).set({ project_id: made.project.id, name: "TOKEN", value });
    await expect(setting).rejects.toMatchObject({ code: "BAD_REQUEST" });
  });

  it("fail the step that names one which is not there, or was sealed under another secret", async () => {
    const made = await makeProject(database.db, {
      steps: [scriptStep("leak", "true", { secrets: ["TOKEN"] })],
    });
    expect((await finish(made, "failed")).steps[0]?.error_message).toContain("has no secret TOKEN");
    await secretsOf(made).set({ project_id: made.project.id, name: "TOKEN", value: SECRET });
    await finish(made, "completed");
    await database.db.execute(sql`
      update project_secrets set sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1)
      where project_id = ${made.project.id}`);
    expect((await finish(made, "failed")).steps[0]?.error_message).toContain("TOKEN cannot be read");
  });
});
