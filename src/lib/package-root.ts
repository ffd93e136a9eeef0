import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ancestors } from "./ancestors";

let found: string | undefined;

/**
 * The folder of the phaseboard package, for the files it ships. The code may run from a bundle in dist/ or .next/, in
 * any working folder, so parents of all known folders are searched.
 */
export function packageRoot(): string {
  found ??= [ownFile(), process.argv[1], join(/* turbopackIgnore: true */ process.cwd(), "x")]
    .map((file) => file && rootAbove(dirname(file)))
    .find((root) => root !== undefined);
  if (!found) throw new Error("the phaseboard package was not found around this program");
  return found;
}

function ownFile(): string | undefined {
  return import.meta.url.startsWith("file:") ? fileURLToPath(import.meta.url) : undefined;
}

function rootAbove(folder: string): string | undefined {
  for (const at of ancestors(folder)) {
    const manifest = join(/* turbopackIgnore: true */ at, "package.json");
    if (existsSync(manifest)) {
      const { name } = JSON.parse(readFileSync(manifest, "utf8")) as { name?: unknown };
      if (name === "phaseboard") return at;
    }
  }
  return undefined;
}
