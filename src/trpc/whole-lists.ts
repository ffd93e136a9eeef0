import type { TRPCLink } from "@trpc/client";
import { observable } from "@trpc/server/observable";
import type { AppRouter } from "../api/router";
import { PAGE } from "../lib/follow-pages";

/** Lists of short rows that pages show completely or offer as a choice. */
const WHOLE: ReadonlySet<string> = new Set([
  "members.list",
  "tokens.list",
  "projects.list",
  "definitions.list",
  "secrets.list",
  "triggers.list",
]);

interface Listed {
  items: unknown[];
  next_cursor: string | null;
}

/**
 * Reads these lists page by page to the end and returns all rows as one answer. A call that names a cursor
 * gets only that page.
 */
export const wholeLists: TRPCLink<AppRouter> =
  () =>
  ({ op, next }) => {
    const input = (op.input ?? {}) as Record<string, unknown>;
    if (op.type !== "query" || !WHOLE.has(op.path) || "cursor" in input) return next(op);
    return observable((observer) => {
      let current: { unsubscribe(): void } | null = null;
      const items: unknown[] = [];
      const read = (cursor: string | null) => {
        const place = { ...input, limit: PAGE, ...(cursor === null ? {} : { cursor }) };
        current = next({ ...op, input: place }).subscribe({
          next(envelope) {
            const { result } = envelope;
            if (!("data" in result)) return observer.next(envelope);
            const page = result.data as Listed;
            items.push(...page.items);
            if (page.next_cursor !== null) return read(page.next_cursor);
            observer.next({
              ...envelope,
              result: { ...result, data: { ...page, items } },
            } as typeof envelope);
            observer.complete();
          },
          error: (error) => observer.error(error),
        });
      };
      read(null);
      return () => current?.unsubscribe();
    });
  };
