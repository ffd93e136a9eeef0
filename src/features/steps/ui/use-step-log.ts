"use client";

import { useMemo, useSyncExternalStore } from "react";
import { trpc } from "../../../trpc/react";
import { type LogSnapshot, LogStore } from "./log-store";

const NOTHING: LogSnapshot = { lines: [], version: 0, phase: "waiting", message: null, cut: false };

/** The events log of an attempt, followed while the caller is mounted. `stepId` is the row's id. */
export function useStepLog(stepId: string, attempt: number): LogSnapshot {
  const { client } = trpc.useUtils();
  const store = useMemo(() => new LogStore(client, { id: stepId, attempt }), [client, stepId, attempt]);
  return useSyncExternalStore(store.subscribe, store.read, () => NOTHING);
}
