"use client";

import { loadPopups } from "./popups";
import type { ToastOptions } from "./toast-place";

/** Gives a function that takes it away. */
function add(type: "done" | "failed", title: string, options: ToastOptions = {}): () => void {
  const shown = loadPopups().then(({ showToast }) => showToast(type, title, options));
  // Where the part could not be loaded the page says that the server is away.
  shown.catch(() => {});
  return () => shown.then((close) => close()).catch(() => {});
}

/** Shows a message about what the page itself does not show. Can be called from anywhere in the browser. */
export const toast = {
  done: (title: string, options?: ToastOptions) => add("done", title, options),
  failed: (title: string, options?: ToastOptions) => add("failed", title, options),
};
