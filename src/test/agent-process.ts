import { spawn } from "node:child_process";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { Readable, Writable } from "node:stream";
import {
  type AgentContext,
  agent,
  type McpCapabilities,
  methods,
  type NewSessionResponse,
  ndJsonStream,
  RequestError,
  type StopReason,
} from "@agentclientprotocol/sdk";

/**
 * An agent that speaks the protocol and plays what it is told as its first argument, for tests. It works in its
 * session's folder.
 */
export interface Play {
  /** Before it listens. */
  start?: Move[];
  /** For each prompt. */
  turn?: Move[];
  /** For the prompts in their order, counted over all its processes; `turn` for those after. */
  turns?: Move[][];
  /** It can go on with a session, whose past it tells again. */
  loads?: boolean;
  /** It keeps its prompts in the file `prompts.txt`, one a line as JSON, and tells them again with a session's past. */
  remembers?: boolean;
  /** It does not end when it is told to cancel, nor by SIGTERM. */
  deaf?: boolean;
  /** The one way in which it can be signed in, without which it begins no session. */
  auth?: string;
  /** What it answers as the version of the protocol. */
  version?: number;
  /** What it lets its client choose in a session. */
  offers?: Pick<NewSessionResponse, "configOptions" | "modes"> & { models?: unknown };
  /** Over which transports it speaks to MCP servers. */
  reaches?: McpCapabilities;
}

export type Move =
  | { say: string }
  /** A variable's value in two pieces. */
  | { sayVariable: string }
  /** The prompt it was given. */
  | { echo: true }
  | { update: Record<string, unknown> & { sessionUpdate: string } }
  /** Asks for permission, for several calls at once where there are several. */
  | { ask: string | string[] }
  /** As it is, to stdout. */
  | { raw: string }
  | { stderr: string }
  | { append: string; text: string }
  /** To $PHASEBOARD_OUTPUT. */
  | { output: unknown }
  /** Its own process id and that of a process that it starts, as lines of the file. */
  | { pids: string }
  | { waitFor: string }
  | { hang: true }
  /** The same update over and over, and nothing else. */
  | { repeat: Record<string, unknown> & { sessionUpdate: string } }
  /** Dies of an error with a long stack, as a program of Node does. */
  | { crash: string }
  /** What its session was given and told, as JSON. */
  | { tellSession: true }
  | { exit: number }
  | { fail: string }
  | { stop: StopReason; usage?: Record<string, number> };

const play = JSON.parse(process.argv[2] ?? "{}") as Play;
let cancel: () => void = () => {};
let cancelled = new Promise<void>(() => {});
if (play.deaf) process.on("SIGTERM", () => {});

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function perform(
  move: Move,
  session: { sessionId: string; prompt: string; client: AgentContext } | null,
): Promise<{ stopReason: StopReason; usage?: unknown } | null> {
  const update = async (given: Record<string, unknown>) => {
    await session?.client.notify("session/update", { sessionId: session.sessionId, update: given });
  };
  const say = (text: string) =>
    update({ sessionUpdate: "agent_message_chunk", content: { type: "text", text } });
  if ("say" in move) await say(move.say);
  if ("echo" in move) await say(session?.prompt ?? "");
  if ("sayVariable" in move) {
    const value = process.env[move.sayVariable] ?? "nothing";
    await say(`it is ${value.slice(0, 3)}`);
    await say(`${value.slice(3)}, of ${value.length}`);
  }
  if ("update" in move) await update(move.update);
  if ("ask" in move && session) {
    const { client, sessionId } = session;
    const ask = async (title: string) => {
      const { outcome } = await client.request(methods.client.session.requestPermission, {
        sessionId,
        toolCall: { toolCallId: title, title },
        options: [
          { optionId: "always", name: "Always", kind: "allow_always" },
          { optionId: "yes", name: "Yes", kind: "allow_once" },
          { optionId: "no", name: "No", kind: "reject_once" },
        ],
      });
      return outcome.outcome === "selected" ? outcome.optionId : outcome.outcome;
    };
    const answers = await Promise.all([move.ask].flat().map(ask));
    await say(`answered: ${answers.join(", ")}`);
  }
  if ("raw" in move) process.stdout.write(move.raw);
  if ("stderr" in move) process.stderr.write(move.stderr);
  if ("append" in move) appendFileSync(move.append, `${move.text}\n`);
  if ("output" in move) writeFileSync(process.env.PHASEBOARD_OUTPUT ?? "", JSON.stringify(move.output));
  if ("pids" in move) {
    const child = spawn("sleep", ["300"], { stdio: "ignore", detached: true });
    appendFileSync(move.pids, `${process.pid}\n${child.pid}\n`);
  }
  if ("waitFor" in move) while (!existsSync(move.waitFor)) await pause(20);
  if ("hang" in move) {
    setInterval(() => {}, 60_000);
    await (play.deaf ? new Promise(() => {}) : cancelled);
    return { stopReason: "cancelled" };
  }
  if ("exit" in move) {
    await pause(50);
    process.exit(move.exit);
  }
  if ("repeat" in move) {
    for (;;) {
      await update(move.repeat);
      await pause(100);
    }
  }
  if ("crash" in move) {
    const deep = (depth: number): never => {
      if (depth > 0) return deep(depth - 1);
      throw Object.assign(new Error(move.crash), {
        errno: -2,
        path: "/a",
        syscall: "open",
        dest: "/b",
        code: "E",
      });
    };
    setImmediate(deep, 12);
    await pause(5_000);
  }
  if ("tellSession" in move) await say(JSON.stringify(given));
  if ("fail" in move) throw RequestError.internalError({ details: move.fail });
  if ("stop" in move) return { stopReason: move.stop, usage: move.usage };
  return null;
}

/** The prompts so far, where it remembers them. */
function prompts(): string[] {
  if (!play.remembers || !existsSync("prompts.txt")) return [];
  const lines = readFileSync("prompts.txt", "utf8").split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line));
}

/** What the client told of the session. */
const given: Record<string, unknown> = {};

for (const move of play.start ?? []) await perform(move, null);
let sessions = 0;
let signedIn = play.auth === undefined;
agent({ name: "player" })
  .onRequest(methods.agent.initialize, ({ params }) => ({
    protocolVersion: play.version ?? params.protocolVersion,
    agentCapabilities: { loadSession: play.loads ?? false, mcpCapabilities: play.reaches ?? {} },
    authMethods: play.auth === undefined ? [] : [{ id: play.auth, name: "Its way" }],
  }))
  .onRequest(methods.agent.authenticate, ({ params }) => {
    if (params.methodId !== play.auth) throw RequestError.invalidParams({ details: "no such way" });
    signedIn = true;
    return {};
  })
  .onRequest(methods.agent.session.new, ({ params }) => {
    if (!signedIn) throw RequestError.authRequired();
    process.chdir(params.cwd);
    given.mcp_servers = params.mcpServers;
    return { sessionId: `session-${process.pid}-${Date.now()}-${++sessions}`, ...play.offers };
  })
  .onRequest(methods.agent.session.setMode, ({ params }) => {
    given.mode = params.modeId;
    return {};
  })
  .onRequest(methods.agent.session.setConfigOption, ({ params }) => {
    given[params.configId] = params.value;
    return { configOptions: play.offers?.configOptions ?? [] };
  })
  .onRequest(
    "session/set_model",
    (params) => params as { modelId: string },
    ({ params }) => {
      given.old_model = params.modelId;
      return {};
    },
  )
  .onRequest(methods.agent.session.load, async ({ params, client }) => {
    process.chdir(params.cwd);
    const { sessionId } = params;
    const content = { type: "text" as const, text: "as I said before" };
    const update = { sessionUpdate: "agent_message_chunk" as const, content };
    await client.notify(methods.client.session.update, { sessionId, update });
    for (const text of prompts()) {
      const said = { sessionUpdate: "user_message_chunk" as const, content: { type: "text" as const, text } };
      await client.notify(methods.client.session.update, { sessionId, update: said });
    }
    return {};
  })
  .onRequest(methods.agent.session.prompt, async ({ params, client }) => {
    const [first] = params.prompt;
    const prompt = first?.type === "text" ? first.text : "";
    cancelled = new Promise<void>((resolve) => {
      cancel = resolve;
    });
    const nth = prompts().length;
    if (play.remembers) appendFileSync("prompts.txt", `${JSON.stringify(prompt)}\n`);
    for (const move of play.turns?.[nth] ?? play.turn ?? []) {
      const ended = await perform(move, { sessionId: params.sessionId, prompt, client });
      if (ended) return ended;
    }
    return { stopReason: "end_turn" };
  })
  .onNotification(methods.agent.session.cancel, () => {
    appendFileSync("cancelled.txt", "told\n");
    cancel();
  })
  .connect(ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin) as ReadableStream));
