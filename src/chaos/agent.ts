import { appendFileSync, existsSync } from "node:fs";
import { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { agent, methods, ndJsonStream } from "@agentclientprotocol/sdk";
import { CALLS_FILE } from "./calls";
import { SILENCE_FILE, SILENT_MS } from "./silence";

/** An agent for the chaos mix: it logs when its turn begins and ends, and talks in between. */
const { PHASEBOARD_IDEMPOTENCY_KEY: key, PHASEBOARD_MARK: mark } = process.env;
const note = (what: string) => appendFileSync(CALLS_FILE, `${what} ${key} ${mark} ${Date.now()}000000\n`);

agent({ name: "player" })
  .onRequest(methods.agent.initialize, ({ params }) => ({
    protocolVersion: params.protocolVersion,
    agentCapabilities: { loadSession: true },
    authMethods: [],
  }))
  .onRequest(methods.agent.session.new, ({ params }) => {
    process.chdir(params.cwd);
    return { sessionId: `session-${process.pid}` };
  })
  .onRequest(methods.agent.session.load, ({ params }) => {
    process.chdir(params.cwd);
    return {};
  })
  .onRequest(methods.agent.session.prompt, async ({ params: { sessionId }, client }) => {
    note("begin");
    for (const text of ["I look at it. ", "I do it. ", "It is done."]) {
      const content = { type: "text" as const, text };
      const update = { sessionUpdate: "agent_message_chunk" as const, content };
      await client.notify(methods.client.session.update, { sessionId, update });
      await sleep(100);
    }
    if (existsSync(SILENCE_FILE)) await sleep(SILENT_MS);
    await client.request(methods.client.session.requestPermission, {
      sessionId,
      toolCall: { toolCallId: "write", title: "Write a file" },
      options: [{ optionId: "yes", name: "Yes", kind: "allow_once" }],
    });
    note("end");
    return { stopReason: "end_turn" };
  })
  .connect(ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin) as ReadableStream));
