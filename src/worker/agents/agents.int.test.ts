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
    await untilRun(database.db, id, status);
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
    expect(await failure({ auth: "api-key" }, { agent: { auth: "apikey" } })).toBe(
      'The agent "player" knows no sign-in "apikey"; it offers api-key; did you mean "api-key"? (auth in .agent/agents.yaml)',
    );
    expect(await failure({ version: 99 })).toMatch(/speaks version 99 of the Agent Client Protocol/);
  });

  it("whose agent never answers the greeting ends soon, and says how that one speaks the protocol", async () => {
    const made = await make({}, { agent: { command: "./bin/gemini", args: ["-m", "pro"], handshake: "1s" } });
    await mkdir(join(made.project.path, "bin"));
    const script = "#!/bin/sh\necho 'Type a message' >&2\nexec sleep 600\n";
    await writeFile(join(made.project.path, "bin/gemini"), script, { mode: 0o755 });
    const id = await start(made);
    await untilRun(database.db, id, "failed");
    expect((await read(made, id)).step?.error_message).toBe(
      'The agent "player" did not answer the greeting within 1 s. It speaks the protocol when it is started with args: [-m, pro, --acp]. Its last words:\nType a message',
    );
    expect(await failure({ start: [{ hang: true }] }, { agent: { handshake: "1s" } })).toMatch(
      /did not answer the greeting within 1 s\. .* raise handshake in \.agent\/agents\.yaml$/,
    );
  });

  it("tries only once again what somebody's hand has to mend", async () => {
    const retry = { attempts: 3, delay_ms: 0, backoff: "constant" as const };
    for (const [given, more, reason] of [
      [{ auth: "key" }, {}, "wants to be signed in"],
      [{ turn: [{ fail: "Authentication required" }] }, {}, "wants to be signed in"],
      [{}, { agent: { command: "no-such-agent" } }, "is not on the PATH"],
    ] as [Play, Parameters<typeof make>[1], string][]) {
      const { step, said } = await play(given, { ...more, step: { retry } }, "failed");
      expect(step).toMatchObject({ attempt: 1, error_message: expect.stringContaining(reason) });
      expect(said.at(-1)).toMatch(/^It is not tried again/);
    }
    const again = await play({ turn: [{ fail: "network" }] }, { step: { retry } }, "failed");
    expect(again.step).toMatchObject({ attempt: 3 });
  });

  it("gives the agent its model, its mode and its MCP servers", async () => {
    const option = (id: string, values: string[]) => ({
      ...{ id, name: id, category: id, type: "select" as const, currentValue: values[0] ?? "" },
      options: values.map((value) => ({ value, name: value })),
    });
    const options = { configOptions: [option("model", ["small", "large"]), option("mode", ["ask", "code"])] };
    const modes = {
      currentModeId: "ask",
      availableModes: [
        { id: "ask", name: "Ask" },
        { id: "code", name: "Code" },
      ],
    };
    const turn: Move[] = [{ tellSession: true }];
    const chosen = { model: "large", mode: "code" };
    const mcp_servers = {
      files: { command: process.execPath, args: ["x"], env: { A: "${SAID}!" } },
      tickets: { url: "https://t.example/mcp", headers: { Authorization: "Bearer ${SAID}" } },
    };
    const told = async (given: Play, agent: object) => {
      const { step } = await play(
        { ...given, turn },
        { agent, step: { env: { SAID: "word" } } },
        "completed",
      );
      return JSON.parse((step?.output as { text?: string } | undefined)?.text ?? "{}");
    };
    expect(await told({ offers: options, reaches: { http: true } }, { ...chosen, mcp_servers })).toEqual({
      ...chosen,
      mcp_servers: [
        { name: "files", command: process.execPath, args: ["x"], env: [{ name: "A", value: "word!" }] },
        {
          ...{ type: "http", name: "tickets", url: "https://t.example/mcp" },
          headers: [{ name: "Authorization", value: "Bearer word" }],
        },
      ],
    });
    const models = { currentModelId: "small", availableModels: [{ modelId: "large", name: "Large" }] };
    expect(await told({ offers: { modes, models } }, chosen)).toEqual({
      ...{ old_model: "large", mode: "code", mcp_servers: [] },
    });
    expect(await failure({ offers: options }, { agent: { model: "lage" } })).toBe(
      'The agent "player" has no model "lage"; it offers small, large; did you mean "large"?',
    );
    expect(await failure({}, { agent: { mode: "code" } })).toMatch(/lets nobody choose its mode/);
    expect(await failure({}, { agent: { mcp_servers } })).toMatch(
      /^The MCP server "files" of the agent "player" wants the variable SAID, which the step does not have/,
    );
    const { tickets } = mcp_servers;
    expect(await failure({}, { agent: { mcp_servers: { tickets } }, step: { env: { SAID: "x" } } })).toMatch(
      /cannot speak to MCP servers over http, as "tickets"/,
    );
  });

  it("that only tells how its session stands has stalled, and what it tells is shown", async () => {
    const title = "Reconnecting… waiting for network";
    const turn: Move[] = [{ repeat: { sessionUpdate: "session_info_update", title } }];
    const { step, said, updates } = await play({ turn }, { agent: { stall: "2s" } }, "failed");
    expect(step?.error_message).toBe(
      `The agent "player" hangs: nothing came from it for 2 s, and for as long again. What it told last is "session: ${title}"`,
    );
    expect(said).toContain("The agent has stalled: nothing came from it for 2 s.");
    expect(said).not.toContain("The agent goes on.");
    expect(updates[0]).toMatchObject({ title });
  });

  it("whose agent breaks off says how", async () => {
    expect(await failure({ turn: [{ crash: "no such file: \u001b[31mnotes\u001b[0m" }] })).toMatch(
      /exited with code 1 before its turn was over\. Its last words:\n(.*\n)*Error: no such file: notes\n/,
    );
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
    expect(await failure({ turn: [{ fail: "no \u001b[1mcredit\u001b[0m" }] })).toMatch(
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
