import type { RequestPermissionRequest, RequestPermissionResponse } from "@agentclientprotocol/sdk";
import type { AgentDefinition } from "../../engine/agent-settings/parse-agents";
import { ClaimLost, type StepContext } from "../../engine/run/ports";
import type { PermissionOption } from "../../model/states";
import type { PermissionDesk } from "./permission-desk";
import { clean, ToolCalls } from "./tool-calls";

type Option = RequestPermissionRequest["options"][number];

/** Limits for an agent's options and for the length of their names. */
const MAX_OPTIONS = 20;
const MAX_OPTION = 200;

const CANCELLED = { outcome: { outcome: "cancelled" } } satisfies RequestPermissionResponse;

interface PermissionsListener {
  /** People are asked; the agent's silence meanwhile is no stall. */
  onAsk(): void;
  /** People are asked no more, and the attempt goes on. */
  onAnswered(): void;
  /** Keeps a request with its answer; `by` is null where no person was asked. */
  keep(facts: { request: unknown; answer: unknown; by: string | null }): void;
}

/** Answers permission requests of one attempt's agent, by the agent's definition or by people. */
export class Permissions {
  private readonly calls = new ToolCalls();
  private readonly over: AbortSignal;
  private readonly closed = new AbortController();
  /** Aborted when the turn at work is told to end. */
  private turn = new AbortController();
  private asked = 0;

  constructor(
    private readonly context: StepContext,
    private readonly agent: AgentDefinition,
    private readonly desk: PermissionDesk,
    private readonly listener: PermissionsListener,
  ) {
    this.over = AbortSignal.any([context.signal, this.closed.signal]);
  }

  /** Takes an update, which may describe a tool call of a later request. */
  hear(update: Record<string, unknown>): void {
    this.calls.hear(update);
  }

  /** Answers a request. `unwanted` is aborted when the agent withdraws it. */
  async answer(request: RequestPermissionRequest, unwanted: AbortSignal): Promise<RequestPermissionResponse> {
    const { agent, context, listener } = this;
    const tool_call = this.calls.asked(request.toolCall, (value) => context.mask.value(value));
    const given =
      agent.permissions === "ask"
        ? await this.ask(request, tool_call, unwanted)
        : { option: byItself(request.options, agent.permissions), name: null };
    const option = given?.option;
    if (agent.permissions !== "ask") {
      const said = agent.permissions === "allow" ? "Allowed" : "Denied";
      const why = `permissions of the agent "${agent.name}": ${agent.permissions}`;
      context.log.system(`${said}: ${tool_call.title} (${why})`);
    } else if (option) {
      const said = option.kind.startsWith("allow") ? "allowed" : "denied";
      context.log.system(`${given.name} ${said}: ${tool_call.title} (${option.name})`);
    }
    const answer: RequestPermissionResponse = option
      ? { outcome: { outcome: "selected", optionId: option.optionId } }
      : CANCELLED;
    listener.keep({ request, answer, by: given?.name ?? null });
    return answer;
  }

  /** Withdraws open requests: the turn is to end, and the agent gets no answers in it. */
  endTurn(): void {
    this.turn.abort();
    this.turn = new AbortController();
  }

  /** Ends open requests: the attempt is over. */
  close(): void {
    this.closed.abort();
  }

  private async ask(
    { options }: RequestPermissionRequest,
    tool_call: Parameters<PermissionDesk["ask"]>[1]["tool_call"],
    unwanted: AbortSignal,
  ): Promise<{ option: Option | undefined; name: string } | null> {
    const { context, over } = this;
    const offered = options.slice(0, MAX_OPTIONS);
    const shown = (context.mask.value(offered) as Option[]).map(
      ({ optionId, name, kind }): PermissionOption => ({
        option_id: clean(optionId).slice(0, MAX_OPTION),
        name: clean(name).slice(0, MAX_OPTION),
        kind,
      }),
    );
    if (shown.length === 0) {
      context.log.system(`Nobody can be asked, since the agent offers no answer: ${tool_call.title}`);
      return null;
    }
    context.log.system(`Asks for a permission: ${tool_call.title}`);
    if (this.asked++ === 0) this.listener.onAsk();
    try {
      const question = { tool_call, options: shown };
      const answer = await this.desk.ask(context, question, {
        over,
        unwanted: AbortSignal.any([unwanted, this.turn.signal]),
      });
      if (!answer) return null;
      const at = shown.findIndex(({ option_id }) => option_id === answer.option_id);
      return { option: offered[at], name: answer.name };
    } catch (error) {
      // The claim's signal ends the attempt by itself.
      if (error instanceof ClaimLost) return null;
      throw error;
    } finally {
      if (--this.asked === 0 && !over.aborted) this.listener.onAnswered();
    }
  }
}

function byItself(options: readonly Option[], permissions: "allow" | "deny"): Option | undefined {
  const kinds = permissions === "allow" ? ["allow_once", "allow_always"] : ["reject_once", "reject_always"];
  return kinds.flatMap((kind) => options.find((option) => option.kind === kind) ?? [])[0];
}
