/** What an agent used, as far as it is told in numbers: "1,204 input tokens". Units as the agent names them. */
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
