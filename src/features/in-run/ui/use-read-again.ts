"use client";

import { trpc } from "../../../trpc/react";

/** A function that reads again all that shows what a step waits for; it resolves when that is done. */
export function useReadAgain(step_id: string, run_id: string): () => Promise<unknown> {
  const utils = trpc.useUtils();
  return () =>
    Promise.all([
      utils.steps.get.invalidate({ id: step_id }),
      utils.runs.get.invalidate({ id: run_id }),
      utils.runs.list.invalidate(),
      utils.inbox.list.invalidate(),
    ]);
}
