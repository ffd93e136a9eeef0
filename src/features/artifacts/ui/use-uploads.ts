"use client";

import { useEffect, useMemo, useSyncExternalStore } from "react";
import { withArtifact } from "../../in-run/ui/patch-files";
import { usePatchRun } from "../../in-run/ui/use-patch-run";
import type { Artifact } from "../schema";
import { sendFile } from "./send-file";
import { createUploadQueue, type QueuedUpload } from "./upload-queue";

type Queue = ReturnType<typeof createUploadQueue>;

/** One queue for the message field and one for the artifact list, since each shows its own uploads. */
const queues = { comment: createUploadQueue(sendFile), artifacts: createUploadQueue(sendFile) } as const;

const NOTHING: readonly QueuedUpload[] = [];

export interface Uploads {
  /** Unfinished uploads of the run, in the order in which they were added. */
  items: readonly QueuedUpload[];
  add: (files: readonly File[], step_id: string, onDone?: (artifact: Artifact) => void) => void;
  retry: Queue["retry"];
  remove: Queue["remove"];
}

/** Uploads to a run. A finished file appears among the run's artifacts at once. */
export function useUploads(place: keyof typeof queues, run_id: string): Uploads {
  const patch = usePatchRun(run_id);
  const queue = queues[place];
  const all = useSyncExternalStore(queue.watch, queue.read, () => NOTHING);
  const items = useMemo(() => all.filter((upload) => upload.run_id === run_id), [all, run_id]);
  const busy = items.some(({ state }) => state !== "failed");
  useEffect(() => {
    if (!busy) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [busy]);
  return {
    items,
    add: (files, step_id, onDone) =>
      queue.add(files, { run_id, step_id }, (artifact) => {
        patch((run) => withArtifact(run, artifact));
        onDone?.(artifact);
      }),
    retry: queue.retry,
    remove: queue.remove,
  };
}
