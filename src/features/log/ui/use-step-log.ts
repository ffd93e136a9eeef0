"use client";

import { useMemo, useSyncExternalStore } from "react";
import { trpc } from "../../../trpc/react";
import { LogStore, NO_LOG } from "./log-store";

const subscribeToNothing = () => () => {};

/** The log of an attempt (`stepId`: its step's row), read and followed while mounted and `active`. */
export function useStepLog(stepId: string, attempt: number, active: boolean) {
  const { client } = trpc.useUtils();
  const store = useMemo(() => new LogStore(client, { id: stepId, attempt }), [client, stepId, attempt]);
  const subscribe = active ? store.subscribe : subscribeToNothing;
  return { store, log: useSyncExternalStore(subscribe, store.read, () => NO_LOG) };
}

/** What the definition's code has printed, followed like a step's log. */
export function useRunLog(run_id: string) {
  const { client } = trpc.useUtils();
  const store = useMemo(() => new LogStore(client, { run_id }), [client, run_id]);
  return { store, log: useSyncExternalStore(store.subscribe, store.read, () => NO_LOG) };
}
