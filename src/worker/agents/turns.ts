import type { McpServer } from "@agentclientprotocol/sdk";
import type { StepContext } from "../../engine/run/ports";
import type { BudgetDesk } from "./budget-desk";
import type { Conversation } from "./conversation";
import type { Beginning, DeliveredMessage, MessageDesk } from "./message-desk";

export type InterruptReason = "message" | "budget";

export interface TurnsListener {
  /** A prompt is to be sent; `messages` are those that it brings, in an attempt that begins or later. */
  onPrompt(prompt: { text: string; messages: DeliveredMessage[]; isFirst: boolean }): void;
  /** The agent is told to end its turn: for a message, or since the run's budget is reached. */
  onInterrupt(why: InterruptReason): void;
  /** Waits for people, which counts as no time at work. */
  waiting<T>(work: Promise<T>): Promise<T>;
  /** A turn begins, in which the agent may be at work for so many milliseconds; null: as long as its step may. */
  onTurn(most_ms: number | null): void;
  /** The agent does not know the session that it was to go on with. */
  onForgotten(): void;
  /** Waits for work of ours, during which the agent's silence is no stall. */
  resting<T>(work: Promise<T>): Promise<T>;
}

const INTERRUPTED =
  "You were interrupted while you worked on this. See what is done already, and go on from there";
const GO_ON = "You were interrupted. See what is done already, and go on from there.";

/** The turns of one attempt's agent: its prompt, and then what people write to it, until nothing waits. */
export class Turns {
  private readonly known = new Set<string>();
  /** True while the agent has a turn. */
  private isAtWork = false;
  /** True once the turn at work was told to end. */
  private isInterrupted = false;

  constructor(
    private readonly context: StepContext,
    private readonly prompt: string,
    private readonly conversation: Conversation,
    private readonly desk: MessageDesk,
    private readonly budget: BudgetDesk,
    private readonly listener: TurnsListener,
  ) {}

  /** Gives the reason why the last turn ended. Throws as `Conversation` does, and `ClaimLost`. */
  async run(cwd: string, servers: McpServer[]): Promise<string> {
    const { context, conversation, desk, listener } = this;
    const { signal } = context;
    const beginning = await listener.resting(desk.begin(context, signal));
    for (const { id } of [...beginning.earlier, ...beginning.turn]) this.known.add(id);
    const { turn } = beginning;
    if (!context.resumed || turn.length > 0) {
      const text = beginning.session === null ? this.whole(beginning) : textOf(turn);
      listener.onPrompt({ text, messages: turn, isFirst: true });
    }
    const { resumed } = await conversation.open(cwd, beginning.session, servers);
    if (turn.length > 0 && !resumed) listener.onForgotten();
    let text = this.firstText(beginning, resumed);
    for (;;) {
      await this.untilRoom();
      if (signal.aborted) return "cancelled";
      const stop_reason = await this.turn(text);
      // Where the turn was ended for the budget, or for a message that was withdrawn, it is gone on with.
      const goesOn = this.isInterrupted && stop_reason === "cancelled";
      if (goesOn) await this.untilRoom();
      const messages = await listener.resting(desk.next(context, this.known, { ends: !goesOn }, signal));
      if (messages.length === 0 && !goesOn) return stop_reason;
      for (const { id } of messages) this.known.add(id);
      text = messages.length > 0 ? textOf(messages) : GO_ON;
      listener.onPrompt({ text, messages, isFirst: false });
    }
  }

  /** Has the agent end its turn, which is gone on with. Without a turn nothing happens. */
  interrupt(why: InterruptReason): void {
    if (!this.isAtWork || this.isInterrupted) return;
    this.isInterrupted = true;
    this.listener.onInterrupt(why);
    this.conversation.cancel();
  }

  /** Waits while the run is held by its budget. */
  private async untilRoom(): Promise<void> {
    const { context, listener, budget } = this;
    listener.onTurn(await listener.waiting(budget.room(context, context.signal)));
  }

  private async turn(text: string): Promise<string> {
    this.isInterrupted = false;
    this.isAtWork = true;
    const stop = this.desk.onInterrupt(this.context, () => this.interrupt("message"));
    try {
      return await this.conversation.prompt(text);
    } finally {
      this.isAtWork = false;
      stop();
    }
  }

  /** The first prompt. An agent that was interrupted is told so; one without a session is told all. */
  private firstText({ turn, earlier }: Beginning, isLoaded: boolean): string {
    if (!isLoaded) return this.whole({ turn, earlier });
    const asked = turn.length > 0 ? textOf(turn) : this.prompt;
    if (!this.context.resumed) return asked;
    // Its own past says that it got the message, so it is not sent again.
    if (turn.length > 0 && this.conversation.remembers(asked)) return GO_ON;
    return `${INTERRUPTED}:\n\n${asked}`;
  }

  /** All that the agent was asked, for one that knows nothing of it. */
  private whole({ turn, earlier }: Pick<Beginning, "turn" | "earlier">): string {
    return [this.prompt, ...[...earlier, ...turn].map(({ text }) => text)].join("\n\n");
  }
}

const textOf = (messages: DeliveredMessage[]) => messages.map(({ text }) => text).join("\n\n");
