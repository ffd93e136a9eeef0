/** What agents used, as far as they tell. */
export interface SpentFacts {
  tokens: number | null;
  cost: number | null;
  currency: string | null;
}

const SHORT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

/** What agents used, in few words: "12.4K tokens", "0.52 USD". Empty where none tells. */
export function spentWords({ tokens, cost, currency }: SpentFacts): string[] {
  const amount = cost?.toLocaleString("en", { maximumFractionDigits: cost < 1 ? 4 : 2 });
  return [
    ...(tokens === null ? [] : [`${SHORT.format(tokens)} token${tokens === 1 ? "" : "s"}`]),
    ...(amount === undefined ? [] : [currency ? `${amount} ${currency}` : `${amount} in cost`]),
  ];
}
