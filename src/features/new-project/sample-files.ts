import { existsSync } from "node:fs";
import { cp, mkdir, rm, symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ancestors } from "../../lib/ancestors";
import { packageRoot } from "../../lib/package-root";

/** Folders that appear when somebody works in the sample's own source folder; they are not copied. */
const MADE = new Set(["node_modules", "dist", "release", "executions"]);

/** Packages that the sample's build needs. They are linked to our copies, so nothing is downloaded. */
const LINKED = ["typescript", "@types/node"];

/**
 * Writes the sample project into `folder`: a small library and a definition that builds, tests and packs it.
 * Its compiler is a link to the one that comes with Phaseboard, so it works offline.
 */
export async function writeSampleProject(folder: string): Promise<void> {
  const sample = join(packageRoot(), "src", "features", "new-project", "sample");
  await cp(sample, folder, { recursive: true, filter: (source) => !MADE.has(basename(source)) });
  const modules = join(folder, "node_modules");
  for (const name of LINKED) await link(installed(name), join(modules, name));
  await link(join("..", "typescript", "bin", "tsc"), join(modules, ".bin", "tsc"));
}

async function link(target: string, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await rm(path, { recursive: true, force: true });
  await symlink(target, path, process.platform === "win32" && existsSync(target) ? "junction" : undefined);
}

/** The folder of an installed package, resolved as Node does from this file. */
function installed(name: string): string {
  for (const at of ancestors(packageRoot())) {
    const folder = join(at, "node_modules", name);
    if (existsSync(folder)) return folder;
  }
  throw new Error(`the package ${name} is not installed; run npm install`);
}
