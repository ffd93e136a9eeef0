"use client";

import type { RunListItem } from "../../runs/schema";
import { useStep } from "../../steps/ui/use-step";

/**
 * What a step of a card asks. The list tells it, so a board of many that wait sends no request for each; only one that is
 * too large for a list is read with its step. `data` is undefined until the list tells it.
 */
export function useAsk({ ask }: Pick<RunListItem, "ask">, step: { id: string }) {
  const told = ask?.id === step.id ? ask : undefined;
  const isLarge = told?.is_large ?? false;
  const read = useStep(step.id, { enabled: isLarge });
  const request = isLarge
    ? read.data?.waiting_for === "approval"
      ? read.data.request
      : null
    : told?.request;
  return {
    isError: isLarge && read.isError,
    data: told && {
      request: request ?? null,
      attempt: told.attempt,
      started_at: told.started_at,
      decisions: told.decisions,
      permissions: told.permissions,
      permissions_count: told.permissions_count,
    },
  };
}
