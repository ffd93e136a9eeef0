"use client";

import { createContext, useContext, useEffect, useRef } from "react";

/** A part of a picture, in fractions of its width and height. */
export interface Region {
  x: number;
  y: number;
  width: number;
  height: number;
}

interface Note {
  id: string;
  open: boolean;
  /** Who says it. */
  by: string;
}

/** What people say of parts of a file, as it is marked in its preview. */
export interface FileNotes {
  regions: readonly (Note & Region)[];
  lines: readonly (Note & { from: number; to: number })[];
  /** The one that the address names. */
  sought: string | null;
  onShow: (id: string) => void;
  /** Begins to say something. Absent for who may not. */
  onSay?: (
    part: ({ kind: "image" } & Region) | { kind: "text"; from: number; to: number; quote: string },
  ) => void;
}

/** Null where nothing can be said of parts, as of a file in an archive. */
export const FileNotesContext = createContext<FileNotes | null>(null);
export const useFileNotes = () => useContext(FileNotesContext);

/** Lets C begin a comment on what is shown, in place of one on the run behind it. */
export function useSayKey(say: (() => void) | null): void {
  const latest = useRef(say);
  latest.current = say;
  const isOn = say !== null;
  useEffect(() => {
    if (!isOn) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "c" || event.metaKey || event.ctrlKey || event.altKey) return;
      if (event.target instanceof HTMLElement && event.target.closest("input, textarea")) return;
      event.preventDefault();
      event.stopPropagation();
      latest.current?.();
    };
    document.addEventListener("keydown", onKeyDown, true);
    return () => document.removeEventListener("keydown", onKeyDown, true);
  }, [isOn]);
}
