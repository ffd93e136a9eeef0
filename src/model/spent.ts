import type { AgentUsage } from "./entry";

/** What an agent has used, out of its own numbers; null where it does not tell. */
export interface Spent {
  tokens: number | null;
  cost: number | null;
  /** Of `cost`, such as `USD`. */
  currency: string | null;
}

/**
 * Tokens are the agent's own total, else what it read and wrote; while it works, its context is the least that it can
 * be. The names are those of the Agent Client Protocol, in both ways of writing them.
 */
export function spentOf(usage: AgentUsage | null): Spent {
  const given = usage ?? {};
  const number = (...names: string[]): number | null => {
    const found = names.map((name) => given[name]).find((value) => typeof value === "number");
    return typeof found === "number" && Number.isFinite(found) && found >= 0 ? found : null;
  };
  const [read, written] = [number("inputTokens", "input_tokens"), number("outputTokens", "output_tokens")];
  const parts = read === null && written === null ? null : (read ?? 0) + (written ?? 0);
  const known = [number("totalTokens", "total_tokens") ?? parts, number("context_tokens")];
  const tokens = known.filter((value) => value !== null);
  const [priced] = Object.keys(given).filter((name) => name.startsWith("cost_in_"));
  const cost = priced === undefined ? null : number(priced);
  return {
    tokens: tokens.length > 0 ? Math.round(Math.max(...tokens)) : null,
    cost,
    currency: cost === null || priced === undefined ? null : priced.slice("cost_in_".length),
  };
}
