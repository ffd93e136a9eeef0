import type { Query, QueryClient } from "@tanstack/react-query";

/**
 * An answer that was asked for before an event may arrive behind it, and would take back what the event has shown. So
 * the events that came while a query was being fetched are applied to its answer again. `isOurs` picks the queries that
 * events change; `apply` changes one.
 */
export function createReplay<Event>(
  queries: QueryClient,
  isOurs: (query: Query) => boolean,
  apply: (query: Query, event: Event) => void,
): { event(event: Event): void; stop(): void } {
  /** For each fetch under way, the events since it began. */
  const missed = new Map<string, Event[]>();
  const stop = queries.getQueryCache().subscribe((change) => {
    if (change.type !== "updated" || !isOurs(change.query)) return;
    const { action, query } = change;
    if (action.type === "fetch") missed.set(query.queryHash, []);
    // What is set by hand is no answer.
    if (action.type === "success" && !action.manual) {
      const events = missed.get(query.queryHash) ?? [];
      missed.delete(query.queryHash);
      for (const event of events) apply(query, event);
    }
    if (action.type === "error") missed.delete(query.queryHash);
  });
  return {
    event(event) {
      for (const events of missed.values()) events.push(event);
    },
    stop,
  };
}
