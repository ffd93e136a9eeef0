import type { Artifact } from "../schema";
import { inlineUrl } from "./artifact-urls";
import { isRaster } from "./preview-kind";

type Known = Pick<Artifact, "id" | "name" | "mime_type">;

const BY_ID = /^(?:https?:\/\/([^/]+))?\/api\/artifacts\/([a-z][a-z0-9]{7,31})(?:[?#].*)?$/;

/**
 * The address of an image in a text, where it is one of the run's own: by its address, or by its name as in
 * reports that lie beside their pictures. Null for all else. `host` is the page's.
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
