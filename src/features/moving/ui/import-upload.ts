import { sendForm, UploadFault } from "../../../components/send-form";
import { toast } from "../../../components/toast";
import type { ImportedProject } from "../schema";

export type ImportState =
  | { kind: "choosing"; file: File | null; fault: string | null }
  /** `part` of it is sent, from 0 to 1; at 1 the server puts it in its place. */
  | { kind: "sending"; file: File; part: number }
  | { kind: "done"; imported: ImportedProject };

const TOO_LARGE =
  "A proxy in front of Phaseboard refused it as too large (413). Raise its limit above the size of the file, in nginx by `client_max_body_size`, or run npx phaseboard project import at the server's terminal.";

const askToStay = (event: BeforeUnloadEvent) => event.preventDefault();

/**
 * The import of one archive. It is no component, so it goes on while its dialog is closed and other pages are open;
 * `isShown` says whether somebody sees what comes of it.
 */
export function createImportUpload() {
  let state: ImportState = { kind: "choosing", file: null, fault: null };
  let isShown = false;
  let running: AbortController | null = null;
  const watchers = new Set<() => void>();
  const change = (next: ImportState) => {
    state = next;
    for (const watcher of watchers) watcher();
  };

  const start = async (file: File, onDone: () => void) => {
    const controller = new AbortController();
    running = controller;
    change({ kind: "sending", file, part: 0 });
    window.addEventListener("beforeunload", askToStay);
    const form = new FormData();
    form.set("file", file, file.name);
    try {
      const imported = await sendForm<ImportedProject>("/api/projects/import", form, {
        onProgress: (part) => change({ kind: "sending", file, part }),
        signal: controller.signal,
        tooLarge: TOO_LARGE,
      });
      change({ kind: "done", imported });
      onDone();
      const { name, slug } = imported.project;
      if (!isShown) toast.done(`${name} is imported`, { link: { label: "Open it", href: `/p/${slug}` } });
    } catch (error) {
      if (controller.signal.aborted) return;
      const fault =
        error instanceof UploadFault ? error.message : "The file could not be read. Choose it again.";
      change({ kind: "choosing", file, fault });
      if (!isShown) toast.failed(`${file.name} was not imported`, { description: fault });
    } finally {
      if (running === controller) running = null;
      if (!running) window.removeEventListener("beforeunload", askToStay);
    }
  };

  return {
    read: () => state,
    watch: (watcher: () => void) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    show: (next: boolean) => {
      isShown = next;
    },
    choose: (file: File | null) => change({ kind: "choosing", file, fault: null }),
    start,
    /** Nothing stays of what was sent. */
    stop: () => {
      running?.abort();
      if (state.kind === "sending") change({ kind: "choosing", file: state.file, fault: null });
    },
  };
}
