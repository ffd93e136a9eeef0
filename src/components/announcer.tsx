"use client";

import { withMarks } from "../lib/marks";

const REGION = "announcements";

/** Says something once to screen readers, for what changed on screen without the person's doing. */
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
