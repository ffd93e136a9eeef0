"use client";

import { useMemo, useSyncExternalStore } from "react";
import { trpc } from "../../../trpc/react";
import { type LogSnapshot, LogStore } from "./log-store";

const NOTHING: LogSnapshot = { lines: [], version: 0, phase: "waiting", message: null, cut: false };

/** The log of an attempt (`stepId`: its step's row), followed while mounted; `beside` gets it too. */
export function useStepLog(
  stepId: string,
  attempt: number,
  beside: { push(jsonl: string): void } | null,
): LogSnapshot {
  const { client } = trpc.useUtils();
  const store = useMemo(
    () => new LogStore(client, { id: stepId, attempt }, beside),
    [client, stepId, attempt, beside],
  );
  return useSyncExternalStore(store.subscribe, store.read, () => NOTHING);
}

/** What the definition's code has printed, followed like a step's log. */
export function useRunLog(run_id: string): LogSnapshot {
  const { client } = trpc.useUtils();
  const store = useMemo(() => new LogStore(client, { run_id }), [client, run_id]);
  return useSyncExternalStore(store.subscribe, store.read, () => NOTHING);
}
