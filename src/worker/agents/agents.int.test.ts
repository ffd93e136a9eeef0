import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { agentSessions } from "../../db/schema/agents";
import { DEFINITIONS_FOLDER } from "../../features/definitions/files";
import type { Move, Play } from "../../test/agent-process";
import { agentTests, linesOf } from "../../test/agents";
import { testDatabase } from "../../test/database";
import { ownWorkerBesideEach } from "../../test/own-worker";
import { callerOf } from "../../test/people";
import { untilRun } from "../../test/runs";

const database = testDatabase({ fresh: true });
const { make, start, read, transcriptOf } = agentTests(database);

describe("an agent's step", () => {
  ownWorkerBesideEach(database);

  async function play(given: Play, more: Parameters<typeof make>[1], status: "completed" | "failed") {
    const made = await make(given, more);
    const id = await start(made);
    await untilRun(database.db, id, status, 40_000);
    return { made, ...(await read(made, id)) };
  }

  async function failure(given: Play, more: Parameters<typeof make>[1] = {}) {
    const { step, session } = await play(given, more, "failed");
    expect(session).toMatchObject({ status: "failed" });
    return step?.error_message ?? "";
  }

  it("keeps what the agent says, plans, calls and changes, and ends with its last message", async () => {
    const tool = { toolCallId: "1", title: "Edit a.txt", kind: "edit" };
    const diff = { type: "diff", path: "/a.txt", oldText: "a", newText: "b" };
    const turn: Move[] = [
      { say: "I will " },
      { say: "look." },
      {
        update: {
          sessionUpdate: "plan",
          entries: [{ content: "Look", priority: "high", status: "completed" }],
        },
      },
      { update: { sessionUpdate: "tool_call", ...tool, status: "pending", content: [diff] } },
      { update: { sessionUpdate: "tool_call_update", toolCallId: "1", status: "completed" } },
      { update: { sessionUpdate: "of_tomorrow", what: 1 } },
      {
        update: {
          sessionUpdate: "usage_update",
          used: 12,
          size: 100,
          cost: { amount: 0.5, currency: "USD" },
        },
      },
      { say: "Done: " },
      { echo: true },
    ];
    const more = { step: { prompt: "Say `$(id)`; now" } };
    const { made, run, step: ended, session, updates } = await play({ turn }, more, "completed");
    expect(ended?.output).toEqual({ stop_reason: "end_turn", text: "Done: Say `$(id)`; now" });
    expect(updates.map((update) => update.sessionUpdate)).toEqual([
      "agent_message_chunk",
      "agent_message_chunk",
      "plan",
      "tool_call",
      "tool_call_update",
      "of_tomorrow",
      "usage_update",
      "agent_message_chunk",
      "agent_message_chunk",
    ]);
    expect(updates[3]).toMatchObject({ title: "Edit a.txt", content: [diff] });
    expect(session).toMatchObject({
      agent: "player",
      status: "completed",
      project_id: made.project.id,
      protocol_session_id: expect.stringMatching(/^session-/),
      usage: { context_tokens: 12, context_size: 100, cost_in_USD: 0.5 },
      completed_at: expect.any(String),
    });
    const transcript = (await transcriptOf(made, session?.id ?? ""))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(transcript.map(({ type }) => type)).toEqual([
      "prompt",
      "session",
      ...updates.map(() => "update"),
      "end",
    ]);
    await callerOf(database.db, made.owner).runs.delete({ id: run.id });
    expect(
      await database.db
        .select()
        .from(agentSessions)
        .where(eq(agentSessions.id, session?.id ?? "")),
    ).toEqual([]);
  });

  it("gives what the agent wrote as its output, and keeps its files", async () => {
    const turn: Move[] = [
      { append: "made.txt", text: "x" },
      { output: { version: "1.6" } },
      { say: "There." },
    ];
    const more = { agent: { auth: "key" }, step: { artifacts: ["made.txt"] } };
    const { step, run, made } = await play({ turn, auth: "key" }, more, "completed");
    expect(step?.output).toEqual({ version: "1.6" });
    const { artifacts } = await callerOf(database.db, made.owner).runs.get({ id: run.id });
    expect(artifacts.map(({ name }) => name)).toEqual(["made.txt"]);
  });

  it.each([
    ["allow", "yes", 'Allowed: rm -r / (permissions of the agent "player": allow)'],
    ["deny", "no", 'Denied: rm -r / (permissions of the agent "player": deny)'],
  ])("answers requests for permission under %s with %s, and says so", async (permissions, answer, line) => {
    const turn: Move[] = [{ ask: "rm -r /" }];
    const { step, said } = await play({ turn }, { agent: { permissions } }, "completed");
    expect(step?.output).toMatchObject({ text: `answered: ${answer}` });
    expect(said).toContain(line);
  });

  it("hides secrets, also those that come in two pieces", async () => {
    const made = await make(
      { turn: [{ sayVariable: "TOKEN" }, { stderr: "tail" }] },
      { step: { secrets: ["TOKEN"] } },
    );
    const value = "hunter2-and-more";
    await callerOf(database.db, made.owner).secrets.set({
      project_id: made.project.id,
      name: "TOKEN",
      value,
    });
    const id = await start(made);
    await untilRun(database.db, id, "completed");
    const { step, session, events } = await read(made, id);
    const text = `it is ***, of ${value.length}`;
    expect(step?.output).toMatchObject({ text });
    const transcript = await transcriptOf(made, session?.id ?? "");
    for (const kept of [events, transcript]) {
      expect(kept).toContain("***");
      expect(kept).not.toMatch(/hunt|ter2|-more/);
    }
  });

  it("is asked for by code too", async () => {
    const made = await make({ turn: [{ echo: true }] });
    const folder = join(made.project.path, DEFINITIONS_FOLDER);
    await mkdir(folder, { recursive: true });
    const source = `import { defineWorkflow } from "phaseboard";
export default defineWorkflow({
  name: "Asks", phases: ["work"],
  async run({ step }) {
    const { output } = await step.agent<{ text: string }>("work", { agent: "player", prompt: "\${{ as it is }}" });
    await step.script("after", { run: 'echo "$SAID" > said.txt', env: { SAID: output.text } });
  },
});
`;
    await writeFile(join(folder, "asks.ts"), source);
    const call = callerOf(database.db, made.owner);
    const project_id = made.project.id;
    await call.definitions.sync({ project_id });
    const given = { project_id, workflow_definition_id: "asks", name: "Asks", args: {} };
    const { id } = await call.runs.create(given);
    await untilRun(database.db, id, "completed");
    expect(await linesOf(made, "said.txt")).toEqual(["${{ as it is }}"]);
    expect((await read(made, id)).session).toMatchObject({ agent: "player", status: "completed" });
  });

  it("that cannot begin says why", async () => {
    expect(await failure({}, { step: { agent: "plaeyr" } })).toBe(
      'There is no agent "plaeyr" in .agent/agents.yaml; it names player; did you mean "player"?',
    );
    expect(await failure({}, { agent: { command: "no-such-agent" } })).toMatch(
      /^The agent "player" could not be started: its command no-such-agent is not on the PATH \(.*\/bin.*\)$/,
    );
    expect(await failure({}, { agent: { command: "./no/agent" } })).toMatch(
      /command \.\/no\/agent is not there/,
    );
    expect(await failure({}, { agent: { permissions: "perhaps" } })).toMatch(
      /^\.agent\/agents\.yaml:\d+:\d+ player\.permissions: expected ask, allow or deny, found "perhaps"/,
    );
    expect(await failure({ auth: "api-key" })).toMatch(
      /^The agent "player" wants to be signed in \(.*\): .* with auth \(api-key\) in \.agent\/agents\.yaml/,
    );
    expect(await failure({ auth: "api-key" }, { agent: { auth: "token" } })).toMatch(
      /answered the sign-in with an error: .*no such way/,
    );
    expect(await failure({ version: 99 })).toMatch(/speaks version 99 of the Agent Client Protocol/);
  });

  it("whose agent breaks off says how", async () => {
    const last: Move = { stderr: "one\ntwo\n" };
    expect(await failure({ start: [last, { exit: 3 }] })).toBe(
      'The agent "player" exited with code 3 before its turn was over. Its last words:\none\ntwo',
    );
    expect(await failure({ turn: [{ say: "a" }, { exit: 0 }] })).toBe(
      'The agent "player" exited with code 0 before its turn was over',
    );
    expect(await failure({ start: [{ raw: "Welcome to the agent!\n" }] })).toBe(
      'The agent "player" does not speak the Agent Client Protocol: it wrote "Welcome to the agent!"',
    );
    expect(await failure({ turn: [{ stop: "refusal" }] })).toBe('The agent "player" refused to go on');
    expect(await failure({ turn: [{ fail: "no credit" }] })).toMatch(
      /answered the prompt with an error: .*no credit \(-32603\)$/,
    );
  });

  it("takes lines that are no messages as output once the agent has spoken", async () => {
    const turn: Move[] = [{ raw: "a stray line\n" }, { say: "fine" }];
    const { step, events } = await play({ turn }, {}, "completed");
    expect(step?.output).toMatchObject({ text: "fine" });
    expect(events).toContain('"stream":"stdout","text":"a stray line\\n"');
  });
});
