import { isRecord } from "../../lib/is-record";
import type { AgentUsage } from "../../model/entry";

const NAME = /^[A-Za-z][A-Za-z_]{0,39}$/;

/** The numbers that an agent gives about its use. */
export class Usage {
  private readonly amounts: Record<string, number> = {};

  /** Takes the tokens from the answer to a prompt. True where it tells any. */
  ofAnswer(result: unknown): boolean {
    if (!isRecord(result) || !isRecord(result.usage)) return false;
    this.take(result.usage);
    return true;
  }

  /** Takes the size of the context and the cost so far from an update. True where it tells any. */
  ofUpdate({ sessionUpdate, used, size, cost }: Record<string, unknown>): boolean {
    if (sessionUpdate !== "usage_update") return false;
    this.take({ context_tokens: used, context_size: size });
    if (isRecord(cost)) this.take({ [`cost_in_${cost.currency}`]: cost.amount });
    return true;
  }

  /** All numbers; null where the agent gave none. */
  get value(): AgentUsage | null {
    return Object.keys(this.amounts).length > 0 ? { ...this.amounts } : null;
  }

  private take(given: Record<string, unknown>): void {
    for (const [name, amount] of Object.entries(given)) {
      if (typeof amount === "number" && Number.isFinite(amount) && NAME.test(name))
        this.amounts[name] = amount;
    }
  }
}
