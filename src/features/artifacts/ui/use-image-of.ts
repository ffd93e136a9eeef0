"use client";

import { useCallback } from "react";
import type { Artifact } from "../schema";
import { ownImage } from "./own-image";

/** Gives the function by which Markdown finds the run's own images. */
export function useImageOf(artifacts: readonly Artifact[]): (src: string) => string | null {
  return useCallback((src) => ownImage(src, artifacts, window.location.host), [artifacts]);
}
