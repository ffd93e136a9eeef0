"use client";

import { useSyncExternalStore } from "react";

/** A timer shared by all callers with the same interval; stops when the last one leaves. */
function ticker(everyMs: number) {
  const listeners = new Set<() => void>();
  let timer: ReturnType<typeof setInterval> | undefined;
  let now = 0;
  return {
    subscribe(listener: () => void) {
      listeners.add(listener);
      if (timer === undefined) {
        now = Date.now();
        timer = setInterval(() => {
          now = Date.now();
          for (const each of listeners) each();
        }, everyMs);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
    read() {
      if (timer === undefined) now = Math.floor(Date.now() / everyMs) * everyMs;
      return now;
    },
  };
}

const seconds = ticker(1000);
const slow = ticker(20_000);
const still = () => () => {};
const none = () => null;

/**
 * The time in milliseconds, updated each second while `ticking`; null on the server and while not ticking.
 */
export function useSeconds(ticking: boolean): number | null {
  return useSyncExternalStore(ticking ? seconds.subscribe : still, ticking ? seconds.read : none, none);
}

/** The time in milliseconds, updated every 20 s; null on the server. */
export function useNow(): number | null {
  return useSyncExternalStore(slow.subscribe, slow.read, none);
}
