import type {
  McpServer,
  RequestPermissionRequest,
  RequestPermissionResponse,
} from "@agentclientprotocol/sdk";
import type { AgentDefinition } from "../../engine/agent-settings/parse-agents";
import type { StepContext, StepResult, StopReason } from "../../engine/run/ports";
import { takeOutputFile } from "../../engine/steps/output-file";
import { exitOf, failed, type StepExit } from "../../engine/steps/step-process";
import { infoText, OWN_UPDATE } from "../../lib/agent-text";
import type { PipedBothWays } from "../../lib/pipes";
import { endTree, type TreeQuery } from "../../lib/process-tree";
import { type AgentEnd, faultOf, WHY_STOPPED } from "./agent-end";
import { AgentRefused } from "./agent-refused";
import { agentStream } from "./agent-stream";
import type { BudgetDesk } from "./budget-desk";
import { Clocks } from "./clocks";
import { Conversation, type ConversationListener } from "./conversation";
import { BY_ITSELF_MS, endProcess, isBrokenOff, pause } from "./end-process";
import { quoted } from "./last-words";
import type { MessageDesk } from "./message-desk";
import type { PermissionDesk } from "./permission-desk";
import { Permissions } from "./permissions";
import { Reply } from "./reply";
import { RestingTimer } from "./resting-timer";
import type { AgentSessions } from "./sessions";
import { isSignOfLife } from "./signs-of-life";
import { Spending } from "./spending";
import { StallNotice } from "./stall-notice";
import { StderrTail } from "./stderr-tail";
import { Transcript } from "./transcript";
import { type InterruptReason, Turns, type TurnsListener } from "./turns";
import { UpdateMask } from "./update-mask";
import { Usage } from "./usage";
import { SilenceWatch } from "./watch";

export interface AgentTask {
  context: StepContext;
  prompt: string;
  agent: AgentDefinition;
  /** Absolute path of its working directory. */
  cwd: string;
  servers: McpServer[];
  /** The file into which the agent may write its output. */
  output: string;
}

/** Milliseconds for the agent to end its turn after a cancel. */
const CANCEL_MS = 3_000;

/** One agent's process, for the turns of one attempt. */
export class AgentRun implements ConversationListener, TurnsListener {
  private readonly transcript: Transcript;
  private readonly updates: UpdateMask;
  private readonly reply = new Reply();
  private readonly usage = new Usage();
  private readonly watch: SilenceWatch;
  private readonly permissions: Permissions;
  private readonly limit: RestingTimer;
  private readonly spending: Spending;
  private turns: Turns | null = null;
  private readonly clocks = new Clocks();
  private readonly exited: Promise<StepExit>;
  private readonly conversation: Conversation;
  private readonly over: Promise<AgentEnd>;
  private end: (end: AgentEnd) => void = () => {};
  private room: Promise<void> | undefined;
  private readonly stderr: StderrTail;
  /** The last text that the agent sent about its session. */
  private info: string | null = null;
  /** True once the agent has answered by the protocol. */
  private greeted = false;

  constructor(
    private readonly task: AgentTask,
    private readonly piped: PipedBothWays,
    private readonly query: TreeQuery,
    private readonly sessions: AgentSessions,
    desk: PermissionDesk,
    private readonly messages: MessageDesk,
    private readonly budget: BudgetDesk,
  ) {
    const { context, agent } = task;
    this.transcript = new Transcript(context.mask);
    this.updates = new UpdateMask(context.mask);
    this.over = new Promise((resolve) => {
      this.end = resolve;
    });
    this.exited = exitOf(piped.child);
    const notice = new StallNotice(context, agent, sessions, (error) => this.end({ why: "fault", error }));
    this.watch = new SilenceWatch(agent.stall_ms, {
      onStall: () => notice.tell(true),
      onReturn: () => notice.tell(false),
      onGiveUp: () => this.end({ why: "stalled" }),
    });
    this.limit = new RestingTimer(context.step.timeout_ms, () => this.end({ why: "timeout" }));
    this.spending = new Spending(context, budget, () => this.usage.value, {
      onOver: () => this.turns?.interrupt("budget"),
      onFault: (error) => this.end({ why: "fault", error }),
    });
    this.permissions = new Permissions(context, agent, desk, {
      onAsk: () => this.clocks.rest(),
      onAnswered: () => this.clocks.resume(),
      keep: (facts) => this.transcript.add("permission", facts),
    });
    // Writing to an agent that has ended breaks the pipe; its exit gives the reason.
    piped.stdin.on("error", () => {});
    const stream = agentStream(piped.stdin, piped.stdout, {
      onMessage: (message) => {
        if (isSignOfLife(message)) this.watch.heard();
        if ("result" in message) {
          this.greeted = true;
          if (this.usage.ofAnswer(message.result)) this.spending.changed();
        }
        return this.conversation.hear(message);
      },
      onNonsense: (line) => this.hearNonsense(line),
      room: () => this.room && this.watch.restDuring(this.room),
    });
    this.conversation = new Conversation(agent, this, stream);
    this.stderr = new StderrTail(piped.stderr, (bytes) => context.log.write("stderr", bytes));
  }

  async result(): Promise<StepResult> {
    const { context } = this.task;
    const { signal } = context;
    const onAbort = () => this.end({ why: "stopped" });
    signal.addEventListener("abort", onAbort);
    if (signal.aborted) onAbort();
    this.clocks.hold(this.watch, this.limit, this.spending);
    // After the exit, its last words may still be in the pipe.
    this.exited
      .then(() => pause(BY_ITSELF_MS))
      .then(() => this.endByExit())
      .catch((error: unknown) => this.end({ why: "fault", error }));
    try {
      const turn = this.converse();
      const end = await this.over;
      this.stopClocks();
      await this.close(end, turn);
      return await this.judge(end);
    } finally {
      this.stopClocks();
      signal.removeEventListener("abort", onAbort);
      this.conversation.close();
      this.piped.stdout.destroy();
      this.piped.stderr.destroy();
    }
  }

  onUpdate(update: Record<string, unknown>): void {
    this.info = infoText(update) ?? this.info;
    this.reply.push(update);
    if (this.usage.ofUpdate(update)) this.spending.changed();
    this.permissions.hear(update);
    this.write(this.updates.push(update));
  }

  onPermission(request: RequestPermissionRequest, unwanted: AbortSignal): Promise<RequestPermissionResponse> {
    return this.permissions.answer(request, unwanted);
  }

  async onSession(id: string, resumed: boolean): Promise<void> {
    const { context } = this.task;
    this.transcript.add("session", { protocol_session_id: id, resumed });
    if (resumed)
      context.log.system(
        context.resumed
          ? "The agent goes on with the session that was interrupted."
          : "The agent goes on with its earlier session.",
      );
    await this.watch.restDuring(this.sessions.name(context, id, context.signal));
  }

  private stopClocks(): void {
    this.permissions.close();
    this.clocks.stop();
  }

  onPrompt({ text: prompt, messages, isFirst }: Parameters<TurnsListener["onPrompt"]>[0]): void {
    const { context, agent } = this.task;
    const told = { prompt, ...(messages.length > 0 ? { messages } : {}) };
    this.transcript.add("prompt", { agent: agent.name, ...told });
    this.write(this.updates.end());
    this.room = context.log.update(context.mask.value({ sessionUpdate: OWN_UPDATE, ...told }));
    if (isFirst) return;
    // What a person asks for has the time of a step for itself.
    this.reply.endTurn();
    this.limit.restart();
  }

  onInterrupt(why: InterruptReason): void {
    this.task.context.log.system(WHY_STOPPED[why]);
    this.permissions.endTurn();
  }

  onTurn(most_ms: number | null): void {
    this.spending.limit(most_ms);
  }

  waiting<T>(work: Promise<T>): Promise<T> {
    return this.clocks.restDuring(work);
  }

  onForgotten(): void {
    this.task.context.log.system(
      "The agent cannot go on with its earlier session, so a new one begins with the step's prompt and all messages.",
    );
  }

  resting<T>(work: Promise<T>): Promise<T> {
    return this.watch.restDuring(work);
  }

  private async converse(): Promise<void> {
    const { context, cwd, prompt, servers } = this.task;
    try {
      this.turns = new Turns(context, prompt, this.conversation, this.messages, this.budget, this);
      await this.watch.restDuring(this.keep());
      const stop_reason = await this.turns.run(cwd, servers);
      this.end({ why: "turn", stop_reason });
    } catch (error) {
      if (error instanceof AgentRefused)
        this.end({ why: "refused", message: error.message, is_final: error.isFinal });
      else if (this.conversation.isClosed) await this.endByExit();
      else this.end({ why: "fault", error });
    }
  }

  private async endByExit(): Promise<void> {
    const exit = await Promise.race([this.exited, pause(BY_ITSELF_MS)]).catch((error: unknown) => ({
      error,
    }));
    this.end(exit && "error" in exit ? { why: "fault", error: exit.error } : { why: "exit", exit });
  }

  /** Ends the agent's process and all that it started. */
  private async close({ why }: AgentEnd, turn: Promise<void>): Promise<void> {
    const { context, agent } = this.task;
    const reason = why === "stopped" ? (context.signal.reason as StopReason) : null;
    // The claim is lost, or the log cannot be kept, so there is nothing to wait for.
    if (reason === "lost" || why === "fault") {
      await endTree(this.query, { grace_ms: 0 });
      return;
    }
    if (isBrokenOff(why)) {
      this.conversation.cancel();
      await Promise.race([turn, pause(CANCEL_MS)]);
    }
    const { query, exited } = this;
    await endProcess(why, { query, stdin: this.piped.stdin, exited, signal: context.signal });
    await Promise.race([this.stderr.read, pause(BY_ITSELF_MS)]);
    this.write(this.updates.end());
    this.transcript.add("end", { agent: agent.name, why, usage: this.usage.value });
    await this.keep();
  }

  private async judge(end: AgentEnd): Promise<StepResult> {
    if (end.why === "stopped") return { status: "stopped" };
    if (end.why === "fault") throw end.error;
    const read = await takeOutputFile(this.task.output);
    const stop_reason = end.why === "turn" ? end.stop_reason : null;
    const own = { stop_reason, text: this.reply.text };
    const output = "output" in read && read.output !== null ? read.output : own;
    const usage = this.usage.value;
    const { worked_ms } = this.spending;
    const { agent, context } = this.task;
    const { greeted, info } = this;
    const stderr = this.stderr.text;
    const fault = faultOf(end, agent, { greeted, info, stderr, timeout_ms: context.step.timeout_ms });
    if (fault) {
      const { message, ...facts } = fault;
      return { ...failed(message, { output, ...facts }), usage, worked_ms };
    }
    if ("refusal" in read) return { ...failed(read.refusal, { output }), usage, worked_ms };
    return { status: "completed", output, exit_code: null, signal: null, usage, worked_ms };
  }

  private hearNonsense(line: Buffer): void {
    const { log } = this.task.context;
    this.room = log.write("stdout", Buffer.concat([line, Buffer.from("\n")]));
    if (this.greeted) return;
    this.end({ why: "nonsense", message: quoted(line.toString("utf8")) });
  }

  private write(updates: Record<string, unknown>[]): void {
    for (const update of updates) {
      this.transcript.addUpdate(update);
      this.room = this.task.context.log.update(update);
    }
  }

  private keep(): Promise<void> {
    return this.sessions.keep(this.task.context, this.transcript.text);
  }
}
