import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { enqueueAdvance } from "../../queue/enqueue";
import { bundleProgram } from "../../test/bundle";
import { agentStep } from "../../test/compiled";
import { testDatabase } from "../../test/database";
import { makeProject, makeRun } from "../../test/factories";
import { ownWorkerBesideEach } from "../../test/own-worker";
import { callerOf } from "../../test/people";
import { readRun, untilRun } from "../../test/runs";

const database = testDatabase({ fresh: true });
ownWorkerBesideEach(database);

it("asks before it edits where it is told to, and answers comments on lines in the same session", async () => {
  const program = await bundleProgram(
    "src/test/demo-agent-entry.ts",
    `node_modules/.cache/phaseboard-test/demo-agent-${process.pid}.mjs`,
    { whole: true },
  );
  const prompt = "Be quicker\n\nAsk before you change a file.";
  const steps = [agentStep("write", { agent: "demo", prompt })];
  const made = await makeProject(database.db, { steps, workspace: "copy" });
  const { path } = made.project;
  await mkdir(join(path, ".agent"));
  const home = await mkdtemp(join(tmpdir(), "phaseboard-demo-home-"));
  const demo = { command: process.execPath, args: [program], env: { HOME: home } };
  await writeFile(join(path, ".agent/agents.yaml"), JSON.stringify({ demo }));
  await writeFile(join(path, "a.ts"), "one();\ntwo();\n");
  const { run } = await makeRun(database.db, made);
  await enqueueAdvance(database.db, run.id);
  const call = callerOf(database.db, made.owner);
  const session = async () => (await readRun(database.db, run.id)).steps[0]?.agent_session_id ?? "";
  const pending = async () => {
    const id = await session();
    return id === "" ? [] : (await call.agentSessions.permissionRequests({ id, status: "pending" })).items;
  };
  await expect.poll(pending).toMatchObject([{ tool_call: { title: "Change CHANGELOG.md" } }]);
  const [request] = await pending();
  await call.agentSessions.answerPermission({ id: request?.id ?? "", option_id: "once" });
  await untilRun(database.db, run.id, "completed");
  const first = await call.agentSessions.get({ id: await session() });
  expect(first.usage).toMatchObject({ context_size: 200_000, totalTokens: expect.any(Number) });
  const text = async () => (await readRun(database.db, run.id)).steps[0]?.output;
  expect(await text()).toMatchObject({ text: expect.stringContaining("“Be quicker”") });

  const review = "a.ts:1: Why?\na.ts:2: Better: `three();`";
  await call.agentSessions.send({ id: first.id, text: review });
  await expect.poll(async () => (await readRun(database.db, run.id)).steps[0]?.attempt).toBe(2);
  await untilRun(database.db, run.id, "completed");
  const second = await call.agentSessions.get({ id: await session() });
  expect(second.protocol_session_id).toBe(first.protocol_session_id);
  expect(await text()).toMatchObject({
    text: expect.stringContaining("`a.ts:2`: “Better: `three();`” is done"),
  });
  const { items } = await call.runs.changes({ id: run.id });
  expect(items.map((file) => file.path).sort()).toEqual(["CHANGELOG.md", "a.ts"]);
  const [change] = (await call.runs.changes({ id: run.id, path: "a.ts", hunks: "1" })).items;
  expect(JSON.stringify(change)).toContain("// Reviewed: Why?");
});
