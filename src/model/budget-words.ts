import type { OverBudget } from "./states";

/** What was used of a limit, such as "210,000 of 200,000 tokens" or "5.2 of 5 USD". */
export function budgetWords({ kind, used, limit, currency }: OverBudget): string {
  if (kind === "time") return `${spanWords(used)} of ${spanWords(limit)} at work`;
  const number = (value: number) =>
    value.toLocaleString("en", { maximumFractionDigits: kind === "cost" ? 4 : 0 });
  return `${number(used)} of ${number(limit)} ${kind === "tokens" ? "tokens" : (currency ?? "in cost")}`;
}

/** A span of time in its two largest units, such as "1 h 20 min". */
function spanWords(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const units = [
    [Math.floor(seconds / 3600), "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ] as const;
  const first = units.findIndex(([amount]) => amount > 0);
  const shown = units.slice(Math.max(0, first), Math.max(0, first) + 2).filter(([amount]) => amount > 0);
  return shown.length > 0 && first >= 0
    ? shown.map(([amount, unit]) => `${amount} ${unit}`).join(" ")
    : "0 s";
}
