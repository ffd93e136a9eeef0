import { expect, it } from "vitest";
import { budgetWords } from "./budget-words";
import { spentOf } from "./spent";
import type { OverBudget } from "./states";

const NOTHING = { tokens: null, cost: null, currency: null };

it.each([
  [null, NOTHING],
  [{ model: "m", totalTokens: "12", cost_in_USD: Number.NaN }, NOTHING],
  [
    { totalTokens: 120, inputTokens: 1, context_tokens: 90 },
    { ...NOTHING, tokens: 120 },
  ],
  [
    { input_tokens: 100, output_tokens: 20 },
    { ...NOTHING, tokens: 120 },
  ],
  [
    { context_tokens: 90, context_size: 200_000 },
    { ...NOTHING, tokens: 90 },
  ],
  [
    { context_tokens: 150, totalTokens: 120 },
    { ...NOTHING, tokens: 150 },
  ],
  [{ cost_in_EUR: 0.5 }, { tokens: null, cost: 0.5, currency: "EUR" }],
])("takes what %j comes to", (usage, spent) => {
  expect(spentOf(usage)).toEqual(spent);
});

const over = (given: Partial<OverBudget>): OverBudget => ({
  ...{ kind: "tokens", used: 1_200, limit: 1_000, currency: null, row_id: "r", step_id: "s" },
  ...given,
});

it.each([
  [over({}), "1,200 of 1,000 tokens"],
  [over({ kind: "cost", used: 5.25, limit: 5, currency: "USD" }), "5.25 of 5 USD"],
  [over({ kind: "cost", used: 5.25, limit: 5 }), "5.25 of 5 in cost"],
  [over({ kind: "time", used: 7_261_000, limit: 7_200_000 }), "2 h 1 min of 2 h at work"],
  [over({ kind: "time", used: 1_634, limit: 1_000 }), "2 s of 1 s at work"],
  [over({ kind: "time", used: 3_605_000, limit: 0 }), "1 h of 0 s at work"],
])("words %j", (given, words) => {
  expect(budgetWords(given)).toBe(words);
});
