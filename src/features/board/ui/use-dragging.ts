"use client";

import { createContext, useContext, useEffect, useState } from "react";
import { usePopups } from "../../../components/popups";

/** The part of the library that the board needs, loaded behind its first cards. */
type Library = typeof import("@atlaskit/pragmatic-drag-and-drop/element/adapter");

const RUN = "run_id";
const COLUMN = "column";

const DraggingContext = createContext<Library | null>(null);
export const DraggingProvider = DraggingContext.Provider;

/** Loads the library where there is a mouse that is used, and somebody who may move cards; null before. */
export function useDragLibrary(mayMove: boolean): Library | null {
  const [library, setLibrary] = useState<Library | null>(null);
  const enabled = usePopups() !== undefined && mayMove;
  useEffect(() => {
    if (!enabled || !window.matchMedia("(pointer: fine)").matches) return;
    let gone = false;
    // Without it cards are moved by their menus, so a failure needs no words.
    import("@atlaskit/pragmatic-drag-and-drop/element/adapter")
      .then((loaded) => {
        if (!gone) setLibrary(loaded);
      })
      .catch(() => {});
    return () => {
      gone = true;
    };
  }, [enabled]);
  return library;
}

/** Makes the element a card that can be dragged. */
export function useDraggable(element: { current: HTMLElement | null }, run_id: string): void {
  const library = useContext(DraggingContext);
  useEffect(() => {
    if (!library || !element.current) return;
    return library.draggable({ element: element.current, getInitialData: () => ({ [RUN]: run_id }) });
  }, [library, element, run_id]);
}

/** Makes the element a column that cards can be dropped on. True while one is above it. */
export function useDropColumn(element: { current: HTMLElement | null }, key: string): boolean {
  const library = useContext(DraggingContext);
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    if (!library || !element.current) return;
    return library.dropTargetForElements({
      element: element.current,
      canDrop: ({ source }) => typeof source.data[RUN] === "string",
      getData: () => ({ [COLUMN]: key }),
      onDragEnter: () => setOver(true),
      onDragLeave: () => setOver(false),
      onDrop: () => setOver(false),
    });
  }, [library, element, key]);
  return isOver;
}

/** Watches drags: which run is dragged, and on which column it was dropped. */
export function useDragMonitor(
  library: Library | null,
  on: {
    start: (run_id: string) => void;
    drop: (run_id: string, key: string | null, card: Element, at: Point) => void;
  },
): void {
  const [latest] = useState({ on });
  latest.on = on;
  useEffect(() => {
    if (!library) return;
    return library.monitorForElements({
      canMonitor: ({ source }) => typeof source.data[RUN] === "string",
      onDragStart: ({ source }) => latest.on.start(String(source.data[RUN])),
      onDrop: ({ source, location }) => {
        const key = location.current.dropTargets[0]?.data[COLUMN];
        const { input } = location.current;
        const from = location.initial.input;
        latest.on.drop(String(source.data[RUN]), typeof key === "string" ? key : null, source.element, {
          x: input.clientX - from.clientX,
          y: input.clientY - from.clientY,
        });
      },
    });
  }, [library, latest]);
}

/** How far the pointer went. */
export interface Point {
  x: number;
  y: number;
}
