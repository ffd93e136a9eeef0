"use client";

import { useEffect, useSyncExternalStore } from "react";

/** Menus, lists of choices, tooltips and toasts: none shows when a page comes, and together they are large. */
async function load() {
  const { Menu, SelectList, showToast, ToastPlace, TooltipPopup } = await import("./popups-part");
  return { Menu, SelectList, showToast, ToastPlace, TooltipPopup };
}

type Popups = Awaited<ReturnType<typeof load>>;

let part: Popups | undefined;
let coming: Promise<Popups> | undefined;
const readers = new Set<() => void>();

/** Loads what pops up, once. Where the server is away it fails, which the page says, and is tried anew at the next use. */
export function loadPopups(): Promise<Popups> {
  coming ??= load().then(
    (loaded) => {
      part = loaded;
      for (const read of readers) read();
      return loaded;
    },
    (error) => {
      coming = undefined;
      throw error;
    },
  );
  return coming;
}

/** For what is shown only once they are loaded. */
export function popups(): Popups {
  if (!part) throw new Error("what pops up is not loaded yet");
  return part;
}

/** What pops up; undefined until it is loaded. */
export function usePopups(): Popups | undefined {
  return useSyncExternalStore(
    (read) => {
      readers.add(read);
      return () => readers.delete(read);
    },
    () => part,
    () => undefined,
  );
}

/** Calls `use` once they are loaded. */
export function withPopups(use: (popups: Popups) => void): void {
  loadPopups().then(use, () => {});
}

const INPUTS = ["pointermove", "pointerdown", "keydown"] as const;

/** Loads what pops up when somebody first moves, touches or types, and is the place of toasts. Once on a page. */
export function PopupPlace() {
  useEffect(() => {
    const stop = () => {
      for (const input of INPUTS) removeEventListener(input, begin);
    };
    const begin = () => {
      stop();
      withPopups(() => {});
    };
    for (const input of INPUTS) addEventListener(input, begin, { passive: true });
    return stop;
  }, []);
  const loaded = usePopups();
  return loaded ? <loaded.ToastPlace /> : null;
}
