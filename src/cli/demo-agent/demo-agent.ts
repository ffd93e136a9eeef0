import { Readable, Writable } from "node:stream";
import { agent, methods, ndJsonStream, RequestError } from "@agentclientprotocol/sdk";
import { type DemoSession, loadSession, newSession } from "./sessions";
import { Turn } from "./turn";

/** An open session, with the folder that it works in and how its turn is cancelled. */
interface Open {
  session: DemoSession;
  folder: string;
  turn: AbortController;
}

/**
 * The demo agent: a program that speaks the Agent Client Protocol on its standard input and output, so that a newcomer
 * sees what an agent does here without a key. It has no model. `pace`: milliseconds between the things that it does.
 */
export function runDemoAgent({ pace }: { pace: number }): void {
  const opened = new Map<string, Open>();
  const open = (session: DemoSession, folder: string) => {
    opened.set(session.id, { session, folder, turn: new AbortController() });
  };
  const openOf = (id: string): Open => {
    const found = opened.get(id);
    if (!found) throw RequestError.resourceNotFound(id);
    return found;
  };
  agent({ name: "phaseboard-demo-agent" })
    .onRequest(methods.agent.initialize, ({ params }) => ({
      protocolVersion: params.protocolVersion,
      agentCapabilities: { loadSession: true },
      agentInfo: { name: "demo", title: "Demo agent (no model)", version: "1" },
    }))
    .onRequest(methods.agent.session.new, ({ params }) => {
      const session = newSession();
      open(session, params.cwd);
      return { sessionId: session.id };
    })
    .onRequest(methods.agent.session.load, async ({ params, client }) => {
      const { sessionId, cwd } = params;
      const session = loadSession(sessionId);
      if (!session) throw RequestError.resourceNotFound(sessionId);
      open(session, cwd);
      for (const { who, text } of session.history) {
        const sessionUpdate = who === "person" ? "user_message_chunk" : "agent_message_chunk";
        const update = { sessionUpdate, content: { type: "text", text } } as const;
        await client.notify(methods.client.session.update, { sessionId, update });
      }
      return {};
    })
    .onRequest(methods.agent.session.prompt, async ({ params, client }) => {
      const own = openOf(params.sessionId);
      own.turn = new AbortController();
      const prompt = params.prompt.flatMap((part) => (part.type === "text" ? part.text : [])).join("\n");
      const { session, folder, turn } = own;
      try {
        await new Turn(session, folder, client, pace, turn.signal).run(prompt);
      } catch (error) {
        if (!turn.signal.aborted) throw error;
        return { stopReason: "cancelled" };
      }
      const { read: inputTokens, written: outputTokens } = session;
      return {
        stopReason: "end_turn",
        usage: { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens },
      };
    })
    .onNotification(methods.agent.session.cancel, ({ params }) => opened.get(params.sessionId)?.turn.abort())
    .connect(ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin) as ReadableStream));
}
