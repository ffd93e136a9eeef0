"use client";

import { useCallback } from "react";
import { trpc } from "../../../trpc/react";
import type { WithFiles } from "./patch-files";

/** Applies a change of a run's comments and artifacts to the cache at the server's answer, ahead of the event. */
export function usePatchRun(run_id: string): (change: <R extends WithFiles>(run: R) => R) => void {
  const utils = trpc.useUtils();
  return useCallback(
    (change) => {
      // Cancel reads that began before the change: their older answer would undo it for a moment.
      void utils.runs.get.cancel({ id: run_id }).then(() => {
        utils.runs.get.setData({ id: run_id }, (run) => run && change(run));
      });
    },
    [utils, run_id],
  );
}
