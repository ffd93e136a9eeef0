import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { packageRoot } from "../lib/package-root";

/**
 * Our programs and the packages that they load, without the rest of our folder: for boxes in which one of them runs.
 * Each folder costs a box a quarter of a millisecond, and scripts need none of these.
 */
export function ownPrograms(): string[] {
  const root = packageRoot();
  const parts = ["dist", "node_modules", "package.json"].map((name) => join(root, name));
  const around = basename(dirname(root)) === "node_modules" ? [dirname(root)] : [];
  return [...parts, ...around].filter((path) => existsSync(path));
}
