"use client";

import { createContext, type ReactNode, useContext, useMemo, useState } from "react";
import { createPortal } from "react-dom";

/** Places in the frame that pages fill: actions, and the state of the live connection. */
export type SlotName = "actions" | "live";

type Places = Record<SlotName, HTMLElement | null>;

const SlotContext = createContext<{
  places: Places;
  place: Record<SlotName, (element: HTMLElement | null) => void>;
} | null>(null);

export function SlotProvider({ children }: { children: ReactNode }) {
  const [actions, setActions] = useState<HTMLElement | null>(null);
  const [live, setLive] = useState<HTMLElement | null>(null);
  const value = useMemo(
    () => ({ places: { actions, live }, place: { actions: setActions, live: setLive } }),
    [actions, live],
  );
  return <SlotContext value={value}>{children}</SlotContext>;
}

function useSlots() {
  const slots = useContext(SlotContext);
  if (!slots) throw new Error("a slot is used outside of SlotProvider");
  return slots;
}

/** A place in the frame. */
export function Slot({ name, className }: { name: SlotName; className?: string }) {
  return <div ref={useSlots().place[name]} className={className} />;
}

/** Renders its children into the frame's slot with that name. */
export function FillSlot({ name, children }: { name: SlotName; children: ReactNode }) {
  const place = useSlots().places[name];
  return place ? createPortal(children, place) : null;
}
