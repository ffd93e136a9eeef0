import { fileSize } from "../../../components/file-size";
import { UploadFault } from "../../../components/send-form";
import { MAX_ARTIFACT_BYTES } from "../limits";
import type { Artifact } from "../schema";
import type { sendFile } from "./send-file";

export interface QueuedUpload {
  key: string;
  run_id: string;
  step_id: string;
  file: File;
  state: "waiting" | "sending" | "failed";
  /** Bytes sent so far. */
  sent: number;
  /** Why the upload failed. */
  message: string | null;
  /** Whether a retry may succeed. */
  again: boolean;
}

/** More parallel uploads would only share the same bandwidth. */
const AT_ONCE = 3;

function faultOf(file: File): string | null {
  if (file.size <= MAX_ARTIFACT_BYTES) return null;
  return `It has ${fileSize(file.size)}; at most ${fileSize(MAX_ARTIFACT_BYTES)} can be uploaded.`;
}

/**
 * A queue that uploads a few files at a time. A finished upload leaves the queue and goes to `onDone`; a
 * failed one stays and can be retried or removed. It is no component, so uploads survive a change of tabs.
 */
export function createUploadQueue(send: typeof sendFile) {
  let uploads: readonly QueuedUpload[] = [];
  let made = 0;
  const watchers = new Set<() => void>();
  const running = new Map<string, AbortController>();
  const listeners = new Map<string, (artifact: Artifact) => void>();

  const change = (next: readonly QueuedUpload[]) => {
    uploads = next;
    for (const watcher of watchers) watcher();
  };
  const patch = (key: string, part: Partial<QueuedUpload>) =>
    change(uploads.map((upload) => (upload.key === key ? { ...upload, ...part } : upload)));
  const drop = (key: string) => {
    listeners.delete(key);
    change(uploads.filter((upload) => upload.key !== key));
  };

  const start = async ({ key, run_id, step_id, file }: QueuedUpload) => {
    const controller = new AbortController();
    running.set(key, controller);
    patch(key, { state: "sending", sent: 0, message: null });
    try {
      const artifact = await send(
        { run_id, step_id, file },
        (sent) => patch(key, { sent }),
        controller.signal,
      );
      const done = listeners.get(key);
      drop(key);
      done?.(artifact);
    } catch (error) {
      if (controller.signal.aborted) return;
      const known = error instanceof UploadFault;
      patch(key, {
        state: "failed",
        message: known ? error.message : "The file could not be read. Choose it again.",
        again: known && error.again,
      });
    } finally {
      running.delete(key);
      next();
    }
  };
  const next = () => {
    const waiting = uploads.filter(({ state }) => state === "waiting");
    for (const upload of waiting.slice(0, Math.max(0, AT_ONCE - running.size))) void start(upload);
  };

  return {
    read: () => uploads,
    watch: (watcher: () => void) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    /** Adds files to the queue; files that are too large fail at once. */
    add: (
      files: readonly File[],
      to: { run_id: string; step_id: string },
      onDone: (artifact: Artifact) => void,
    ) => {
      const added = files.map((file): QueuedUpload => {
        const key = `${to.run_id}-${made++}`;
        const message = faultOf(file);
        listeners.set(key, onDone);
        return {
          ...to,
          key,
          file,
          state: message === null ? "waiting" : "failed",
          sent: 0,
          message,
          again: false,
        };
      });
      change([...uploads, ...added]);
      next();
    },
    retry: (key: string) => {
      patch(key, { state: "waiting", message: null });
      next();
    },
    /** Aborts the upload if it is running, and removes it. */
    remove: (key: string) => {
      running.get(key)?.abort();
      drop(key);
    },
  };
}
