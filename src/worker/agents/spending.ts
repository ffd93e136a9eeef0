import type { StepContext } from "../../engine/run/ports";
import { systemClock } from "../../lib/clock";
import type { AgentUsage } from "../../model/entry";
import type { BudgetDesk } from "./budget-desk";

/** Milliseconds between two writes of what an agent has used. */
const GAP_MS = 1_000;
/** Milliseconds behind the end of a limit, so that the rows agree that it is over. */
const BEHIND_MS = 100;

interface SpendingListener {
  /** A limit of the run's budget is reached. */
  onOver(): void;
  onFault(error: unknown): void;
}

/** What one attempt's agent uses: tells it to the desk as it grows, and counts the time at work. */
export class Spending {
  private worked = 0;
  /** When the agent went to work; null while it rests. */
  private since: number | null = Date.now();
  private left: number | null = null;
  private isTelling = false;
  private hasNews = false;
  private isOver = false;
  private cancel = () => {};

  constructor(
    private readonly context: StepContext,
    private readonly desk: BudgetDesk,
    private readonly usage: () => AgentUsage | null,
    private readonly listener: SpendingListener,
  ) {}

  get worked_ms(): number {
    return this.worked + (this.since === null ? 0 : Date.now() - this.since);
  }

  /** The agent may be at work for so many milliseconds from now; null: nothing limits it. */
  limit(ms: number | null): void {
    this.left = ms === null ? null : this.worked_ms + ms;
    this.plan();
  }

  /** The agent has used more. */
  changed(): void {
    this.hasNews = true;
    if (!this.isTelling && !this.isOver) void this.tell();
  }

  rest(): void {
    this.worked = this.worked_ms;
    this.since = null;
    this.plan();
  }

  resume(): void {
    this.since ??= Date.now();
    this.plan();
  }

  stop(): void {
    this.rest();
    this.isOver = true;
  }

  private plan(): void {
    this.cancel();
    this.cancel = () => {};
    if (this.left === null || this.since === null || this.isOver) return;
    const ms = Math.max(0, this.left - this.worked_ms) + BEHIND_MS;
    this.cancel = systemClock.after(ms, () => {
      this.left = null;
      this.changed();
    });
  }

  private async tell(): Promise<void> {
    this.isTelling = true;
    try {
      while (this.hasNews && !this.isOver) {
        this.hasNews = false;
        const { usage, worked_ms } = { usage: this.usage(), worked_ms: this.worked_ms };
        const isOver = await this.desk.tell(this.context, { usage, worked_ms }, this.context.signal);
        if (isOver && !this.isOver) this.listener.onOver();
        await new Promise<void>((resolve) => systemClock.after(GAP_MS, resolve));
      }
    } catch (error) {
      if (!this.isOver) this.listener.onFault(error);
    } finally {
      this.isTelling = false;
    }
  }
}
