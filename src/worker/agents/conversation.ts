import {
  type AnyMessage,
  client,
  type McpCapabilities,
  type McpServer,
  methods,
  type NewSessionResponse,
  PROTOCOL_VERSION,
  RequestError,
  type RequestPermissionRequest,
  type RequestPermissionResponse,
  type Stream,
} from "@agentclientprotocol/sdk";
import packageJson from "../../../package.json";
import { protocolMode } from "../../engine/agent-settings/known-agents";
import { AGENTS_FILE, type AgentDefinition } from "../../engine/agent-settings/parse-agents";
import { durationText } from "../../engine/expressions/duration-text";
import { didYouMean } from "../../lib/suggest";
import { AgentRefused, refusal, signInRefused } from "./agent-refused";
import { inTime } from "./in-time";
import { choose } from "./session-choices";

type Update = Record<string, unknown>;

export interface ConversationListener {
  /** Called for each update of the session, in order. */
  onUpdate(update: Update): void;
  /** `unwanted` is aborted when the agent withdraws its request. */
  onPermission(request: RequestPermissionRequest, unwanted: AbortSignal): Promise<RequestPermissionResponse>;
  /** Called once the session has its id in the protocol. */
  onSession(id: string, resumed: boolean): Promise<void>;
}

const ASK_DOCUMENTATION =
  "Look in its documentation how it is started for the Agent Client Protocol, often by --acp or acp in args";

/** One session over `stream`, with one turn at a time. */
export class Conversation {
  private readonly connection;
  private sessionId: string | null = null;
  /** What people have said in the session before, as the agent repeats it. */
  private past = "";
  /** True while the agent repeats an old session's updates, which are recorded already. */
  private replaying = false;
  /** When the wait for the current answer began, or a repeated update last came. */
  private heardAt = 0;
  private models: { id: string; name?: string }[] = [];

  constructor(
    private readonly agent: AgentDefinition,
    private readonly listener: ConversationListener,
    stream: Stream,
  ) {
    this.connection = client({ name: "phaseboard" })
      .onRequest(methods.client.session.requestPermission, ({ params, signal }) =>
        this.listener.onPermission(params, signal),
      )
      .connect(stream);
  }

  /**
   * Starts a session, or resumes `before` where the agent can. Throws `AgentRefused`, or the error that broke the
   * connection.
   */
  async open(cwd: string, before: string | null, mcpServers: McpServer[]): Promise<{ resumed: boolean }> {
    const { id, resumed } = await this.enter(cwd, before, mcpServers);
    this.sessionId = id;
    await this.listener.onSession(id, resumed);
    return { resumed };
  }

  /** Sends a prompt. Resolves with the reason why its turn ended. Throws as `open` does. */
  async prompt(text: string): Promise<string> {
    if (this.sessionId === null) throw new Error("the session was not opened");
    const { sessionId } = this;
    const answer = await this.connection.agent
      .request(methods.agent.session.prompt, { sessionId, prompt: [{ type: "text", text }] })
      .catch(refusal(this.agent, "prompt"));
    return answer.stopReason;
  }

  /** Whether the agent has repeated this text as something that it was told, when its session was resumed. */
  remembers(text: string): boolean {
    return plain(this.past).includes(plain(text));
  }

  /** Takes a message. True for an update of the session, even of an unknown kind. */
  hear(message: AnyMessage): boolean {
    this.models = modelsOf(message) ?? this.models;
    if (this.replaying) this.heardAt = Date.now();
    if (!("method" in message) || message.method !== methods.client.session.update) return false;
    const update = updateOf(message.params);
    if (update && this.replaying) this.past += toldIn(update);
    if (update && !this.replaying) this.listener.onUpdate(update);
    return true;
  }

  /** Asks the agent to end its turn. */
  cancel(): void {
    if (this.sessionId === null) return;
    const told = this.connection.agent.notify(methods.agent.session.cancel, { sessionId: this.sessionId });
    told.catch(() => {});
  }

  get isClosed(): boolean {
    return this.connection.signal.aborted;
  }

  close(): void {
    this.connection.close();
  }

  private async enter(
    cwd: string,
    before: string | null,
    mcpServers: McpServer[],
  ): Promise<{ id: string; resumed: boolean }> {
    const { agent } = this.connection;
    const { protocolVersion, agentCapabilities, authMethods } = await this.asked(
      "greeting",
      agent.request(methods.agent.initialize, {
        protocolVersion: PROTOCOL_VERSION,
        clientCapabilities: { fs: { readTextFile: false, writeTextFile: false }, terminal: false },
        clientInfo: { name: "phaseboard", title: "Phaseboard", version: packageJson.version },
      }),
    );
    if (protocolVersion !== PROTOCOL_VERSION) {
      const versions = `version ${protocolVersion} of the Agent Client Protocol, Phaseboard speaks ${PROTOCOL_VERSION}`;
      throw new AgentRefused(`speaks ${versions}`, { isFinal: true });
    }
    const ways = (authMethods ?? []).map(({ id }) => id);
    await this.signIn(ways);
    checkReach(mcpServers, agentCapabilities?.mcpCapabilities);
    if (before !== null && agentCapabilities?.loadSession) {
      this.replaying = true;
      const loaded = await this.asked(
        "session to go on with",
        agent
          .request(methods.agent.session.load, { sessionId: before, cwd, mcpServers })
          .catch((error: unknown) => {
            // The agent no longer knows the session, so a new one is started.
            if (error instanceof RequestError) return null;
            throw error;
          }),
      );
      this.replaying = false;
      if (loaded) {
        await this.choose(before, loaded);
        return { id: before, resumed: true };
      }
    }
    const opened = await this.asked(
      "new session",
      agent.request(methods.agent.session.new, { cwd, mcpServers }),
      ways,
    );
    await this.choose(opened.sessionId, opened);
    return { id: opened.sessionId, resumed: false };
  }

  private async signIn(ways: string[]): Promise<void> {
    const { auth } = this.agent;
    if (auth === null) return;
    if (ways.length > 0 && !ways.includes(auth)) {
      const offered = `it offers ${ways.join(", ")}${didYouMean(auth, ways)}`;
      throw new AgentRefused(`knows no sign-in "${auth}"; ${offered} (auth in ${AGENTS_FILE})`, {
        isFinal: true,
      });
    }
    const request = this.connection.agent
      .request(methods.agent.authenticate, { methodId: auth })
      .catch(signInRefused(this.agent, ways));
    await this.asked(ways.length > 0 ? "sign-in" : "sign-in, of which it offers none,", request);
  }

  /** Sets the agent's model and mode. The model goes first, since the modes may depend on it. */
  private async choose(
    sessionId: string,
    { configOptions, modes }: Pick<NewSessionResponse, "configOptions" | "modes">,
  ): Promise<void> {
    const { agent } = this.connection;
    const offered = { configOptions: configOptions ?? [], modes: modes ?? null, models: this.models };
    for (const what of ["model", "mode"] as const) {
      const wanted = this.agent[what];
      const choice = wanted === null ? null : choose(what, wanted, offered);
      if (choice?.by === "option") {
        const { configId, value } = choice;
        const request = agent.request(methods.agent.session.setConfigOption, { sessionId, configId, value });
        offered.configOptions = (await this.asked(`choice of its ${what}`, request)).configOptions;
      } else if (choice?.by === "mode") {
        const request = agent.request(methods.agent.session.setMode, { sessionId, modeId: choice.value });
        await this.asked("choice of its mode", request);
      } else if (choice?.by === "model") {
        const request = agent.request("session/set_model", { sessionId, modelId: choice.value });
        await this.asked("choice of its model", request);
      }
    }
  }

  /** The agent's answer to a request before its prompt, with the time limit for it. */
  private asked<T>(what: string, answer: Promise<T>, ways: string[] = []): Promise<T> {
    const { handshake_ms } = this.agent;
    this.heardAt = Date.now();
    const late = () => {
      const known = what === "greeting" ? protocolMode(this.agent) : null;
      const longer = `Where it needs longer, raise handshake in ${AGENTS_FILE}`;
      const mend = known ?? (what === "greeting" ? `${ASK_DOCUMENTATION}. ${longer}` : longer);
      return new AgentRefused(`did not answer the ${what} within ${durationText(handshake_ms)}. ${mend}`);
    };
    const told = answer.catch(refusal(this.agent, what, ways));
    return inTime(told, handshake_ms, () => this.heardAt, late);
  }
}

/** Refuses MCP servers that the agent cannot reach. Every agent can start a server as a program. */
function checkReach(servers: McpServer[], can: McpCapabilities | undefined): void {
  for (const server of servers) {
    if (!("type" in server) || can?.[server.type]) continue;
    const message = `cannot speak to MCP servers over ${server.type}, as "${server.name}" in ${AGENTS_FILE} is one`;
    throw new AgentRefused(message, { isFinal: true });
  }
}

/** Models in the older form of the protocol, which its library leaves out. */
function modelsOf(message: AnyMessage): { id: string; name?: string }[] | null {
  const result =
    "result" in message ? (message.result as { models?: { availableModels?: unknown } } | null) : null;
  const listed = result?.models?.availableModels;
  if (!Array.isArray(listed)) return null;
  return listed.flatMap((model: { modelId?: unknown; name?: unknown } | null) =>
    typeof model?.modelId === "string"
      ? [{ id: model.modelId, ...(typeof model.name === "string" ? { name: model.name } : {}) }]
      : [],
  );
}

/** The text of a piece of what a person said. */
function toldIn({ sessionUpdate, content }: Update): string {
  if (sessionUpdate !== "user_message_chunk" || typeof content !== "object" || content === null) return "";
  return "text" in content && typeof content.text === "string" ? content.text : "";
}

/** Agents may break the lines of what they repeat. */
const plain = (text: string) => text.replace(/\s+/g, "");

function updateOf(params: unknown): Update | null {
  const update = typeof params === "object" && params !== null && "update" in params ? params.update : null;
  return typeof update === "object" && update !== null ? (update as Update) : null;
}
