"use client";

import { useCallback } from "react";
import type { Artifact } from "../schema";
import { ownImage } from "./own-image";

/** For Markdown of a run: which of its images are the run's own. */
export function useImageOf(artifacts: readonly Artifact[]): (src: string) => string | null {
  return useCallback((src) => ownImage(src, artifacts, window.location.host), [artifacts]);
}
