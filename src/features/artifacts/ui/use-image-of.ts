"use client";

import { useCallback } from "react";
import type { Artifact } from "../schema";
import { inlineUrl } from "./artifact-urls";
import { isRaster } from "./preview-kind";

type Known = Pick<Artifact, "id" | "name" | "mime_type">;

const BY_ID = /^(?:https?:\/\/([^/]+))?\/api\/artifacts\/([a-z][a-z0-9]{7,31})(?:[?#].*)?$/;

/** Gives the function by which Markdown finds the run's own images. */
export function useImageOf(artifacts: readonly Artifact[]): (src: string) => string | null {
  return useCallback((src) => ownImage(src, artifacts, window.location.host), [artifacts]);
}

/**
 * The address of an image that belongs to the run: `src` is either its address or an artifact's file name, as
 * in a report beside its pictures. Null for any other image. `host` is the page's host.
 */
export function ownImage(src: string, artifacts: readonly Known[], host: string): string | null {
  const [, at, id] = BY_ID.exec(src) ?? [];
  if (at !== undefined && at !== host) return null;
  const found = artifacts.find((artifact) => (id === undefined ? nameIs(artifact, src) : artifact.id === id));
  return found && isRaster(found) ? inlineUrl(found.id) : null;
}

function nameIs({ name }: Known, src: string): boolean {
  const wanted = src.replace(/^\.\//, "");
  if (name === wanted) return true;
  try {
    return name === decodeURIComponent(wanted);
  } catch {
    return false;
  }
}
