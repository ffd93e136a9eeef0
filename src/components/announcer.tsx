"use client";

import { withMarks } from "../lib/marks";

const REGION = "announcements";

/** Announces a text to screen readers, for changes on screen that the person did not make. */
export function announce(text: string): void {
  const region = document.getElementById(REGION);
  if (!region) return;
  const line = document.createElement("p");
  line.textContent = withMarks(text);
  region.append(line);
  setTimeout(() => line.remove(), 8000);
}

export function Announcer() {
  return <div id={REGION} aria-live="polite" className="sr-only" />;
}
