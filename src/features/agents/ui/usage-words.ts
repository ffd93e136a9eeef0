/** An agent's numeric usage in words, with the agent's own units: "1,204 input tokens". */
export function usageWords(usage: Record<string, unknown> | null): string[] {
  return Object.entries(usage ?? {})
    .filter((entry): entry is [string, number] => typeof entry[1] === "number" && Number.isFinite(entry[1]))
    .map(([name, amount]) => {
      const words = name
        .replace(/([a-z])([A-Z])/g, "$1 $2")
        .replaceAll("_", " ")
        .toLowerCase();
      return `${amount.toLocaleString("en", { maximumFractionDigits: 4 })} ${words}`;
    });
}
