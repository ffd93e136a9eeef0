"use client";

import { useQuery } from "@tanstack/react-query";
import { type SessionItem, SessionLog } from "./session-log";

/** A longer conversation is read in the logs of its attempts. */
const MOST_ATTEMPTS = 20;
const NOTHING: readonly SessionItem[] = [];

/**
 * What was said in the earlier attempts of a step that this attempt goes on from, oldest first. Empty where it began
 * anew, and while it is being read.
 */
export function useEarlierTalk(
  step_id: string,
  attempt: number,
  session: SessionLog | null,
): readonly SessionItem[] {
  const query = useQuery({
    queryKey: ["earlier talk", step_id, attempt],
    queryFn: () => readEarlier(step_id, attempt),
    enabled: session?.goesOn === true && attempt > 1,
    // The logs of attempts that have ended do not change.
    staleTime: Number.POSITIVE_INFINITY,
  });
  return session?.goesOn ? (query.data ?? NOTHING) : NOTHING;
}

async function readEarlier(step_id: string, attempt: number): Promise<SessionItem[]> {
  const logs: SessionLog[] = [];
  for (let number = attempt - 1; number > 0 && logs.length < MOST_ATTEMPTS; number--) {
    const answer = await fetch(`/api/workflow-steps/${step_id}/logs/events?attempt=${number}`);
    // A log that is gone takes nothing from what came after it.
    if (!answer.ok) break;
    const log = new SessionLog();
    log.push(await answer.text());
    logs.unshift(log);
    if (!log.goesOn) break;
  }
  return logs.flatMap(({ items }) => items);
}
