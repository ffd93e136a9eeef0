import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { packageRoot } from "../lib/package-root";

/**
 * Our own programs, for boxes in which one of them runs. Each folder costs a box a quarter of a millisecond, and scripts
 * need none of these.
 */
export const ownPrograms = () => ofOurs("dist", "package.json");

/** The packages that came with us: the sample project's compiler is a link to one of them. */
export function ownPackages(): string[] {
  const around = dirname(packageRoot());
  return [...ofOurs("node_modules"), ...(basename(around) === "node_modules" ? [around] : [])];
}

/** Those of these that are there, in our folder. */
const ofOurs = (...names: string[]) =>
  names.map((name) => join(packageRoot(), name)).filter((path) => existsSync(path));
