import { sep } from "node:path";

/** True where `path` lies below `folder`. Both are absolute and normal; links are not followed. */
export function isBelow(folder: string, path: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
