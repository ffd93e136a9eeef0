import {
  type AnyMessage,
  client,
  methods,
  PROTOCOL_VERSION,
  RequestError,
  type RequestPermissionRequest,
  type RequestPermissionResponse,
  type Stream,
} from "@agentclientprotocol/sdk";
import packageJson from "../../../package.json";
import { AGENTS_FILE, type AgentDefinition } from "../../engine/agents/parse-agents";

type Update = Record<string, unknown>;

export interface ConversationListener {
  /** One update of the session, in order. */
  onUpdate(update: Update): void;
  /** `unwanted` is aborted when the agent takes its request back. */
  onPermission(request: RequestPermissionRequest, unwanted: AbortSignal): Promise<RequestPermissionResponse>;
  /** The session has its id in the protocol. */
  onSession(id: string, resumed: boolean): Promise<void>;
}

/** What the agent answered, as a reason for people. */
export class AgentRefused extends Error {
  override readonly name = "AgentRefused";
}

const AUTH_REQUIRED = -32_000;
const INTERRUPTED =
  "You were interrupted while you worked on this. See what is done already, and go on from there:\n\n";

/** One session with one turn, spoken over `stream`. */
export class Conversation {
  private readonly connection;
  private sessionId: string | null = null;
  /** The agent tells its past again, which is known. */
  private replaying = false;

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
   * Begins, or goes on with the session `before` where the agent can, and gives it the prompt. Resolves with
   * the reason why the turn ended; throws `AgentRefused`, or what broke the connection.
   */
  async turn(cwd: string, prompt: string, before: string | null): Promise<string> {
    const { id, resumed } = await this.open(cwd, before);
    this.sessionId = id;
    await this.listener.onSession(id, resumed);
    const text = resumed ? `${INTERRUPTED}${prompt}` : prompt;
    const answer = await this.connection.agent
      .request(methods.agent.session.prompt, { sessionId: id, prompt: [{ type: "text", text }] })
      .catch(refusal("prompt"));
    return answer.stopReason;
  }

  /** Takes a message that came; true where it was an update of the session, also of a kind that is not known. */
  hear(message: AnyMessage): boolean {
    if (!("method" in message) || message.method !== methods.client.session.update) return false;
    const update = updateOf(message.params);
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

  private async open(cwd: string, before: string | null): Promise<{ id: string; resumed: boolean }> {
    const { agent } = this.connection;
    const { protocolVersion, agentCapabilities, authMethods } = await agent
      .request(methods.agent.initialize, {
        protocolVersion: PROTOCOL_VERSION,
        clientCapabilities: { fs: { readTextFile: false, writeTextFile: false }, terminal: false },
        clientInfo: { name: "phaseboard", title: "Phaseboard", version: packageJson.version },
      })
      .catch(refusal("greeting"));
    if (protocolVersion !== PROTOCOL_VERSION) {
      const versions = `version ${protocolVersion} of the Agent Client Protocol, Phaseboard speaks ${PROTOCOL_VERSION}`;
      throw new AgentRefused(`speaks ${versions}`);
    }
    const ways = (authMethods ?? []).map(({ id }) => id);
    if (this.agent.auth !== null) {
      const request = { methodId: this.agent.auth };
      await agent.request(methods.agent.authenticate, request).catch(refusal("sign-in", ways));
    }
    if (before !== null && agentCapabilities?.loadSession) {
      const request = { sessionId: before, cwd, mcpServers: [] };
      this.replaying = true;
      const resumed = await agent.request(methods.agent.session.load, request).then(
        () => true,
        (error: unknown) => {
          // It does not know it any more, which is no fault: a new one begins.
          if (error instanceof RequestError) return false;
          throw error;
        },
      );
      this.replaying = false;
      if (resumed) return { id: before, resumed };
    }
    const opened = agent.request(methods.agent.session.new, { cwd, mcpServers: [] });
    return { id: (await opened.catch(refusal("new session", ways))).sessionId, resumed: false };
  }
}

/** What is an answer of the agent, and no break of the connection, as a reason. */
function refusal(what: string, ways: string[] = []) {
  return (error: unknown): never => {
    if (error instanceof Error && error.name === "ZodError") {
      throw new AgentRefused(`answered the ${what} in a way that the Agent Client Protocol does not know`);
    }
    if (!(error instanceof RequestError)) throw error;
    if (error.code === AUTH_REQUIRED) {
      const named = ways.length > 0 ? `, with auth (${ways.join(", ")}) in ${AGENTS_FILE}` : "";
      const mend = `give it its key by the step's secrets${named}, or sign it in as the worker's user`;
      throw new AgentRefused(`wants to be signed in (${error.message}): ${mend}`);
    }
    const details = (error.data as { details?: unknown } | undefined)?.details;
    const more = typeof details === "string" ? `: ${details}` : "";
    throw new AgentRefused(`answered the ${what} with an error: ${error.message}${more} (${error.code})`);
  };
}

function updateOf(params: unknown): Update | null {
  const update = typeof params === "object" && params !== null && "update" in params ? params.update : null;
  return typeof update === "object" && update !== null ? (update as Update) : null;
}
