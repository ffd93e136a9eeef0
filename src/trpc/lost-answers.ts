/** For so long the same input is taken for the same wish. */
const WISH_MS = 10 * 60_000;

/** A random key. `crypto.randomUUID` exists on https alone. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("-");
}

/** The keys of what was sent and never answered. */
export function keepLost(now: () => number = Date.now) {
  const keys = new Map<string, { key: string; at: number }>();
  return {
    keyOf(sent: string): string | undefined {
      const found = keys.get(sent);
      return found && now() - found.at < WISH_MS ? found.key : undefined;
    },
    lost(sent: string, key: string): void {
      keys.set(sent, { key, at: now() });
    },
    answered(sent: string): void {
      keys.delete(sent);
    },
  };
}
