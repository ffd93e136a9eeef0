import { readdir, readFile, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { MAX_SOURCE_BYTES } from "../../engine/definition/yaml-document";
import { DEFINITIONS_FOLDER, definitionTypeOf, openFolder } from "./files";
import type { IgnoredFile } from "./schema";

const MAX_LISTED = 100;
/** How many files are examined; imported code may be a large folder. */
const MAX_LOOKS = 500;
const DEEPEST = 3;

/** Extensions that other tools use for workflows in code. */
const OTHER_CODE = [".js", ".mjs", ".cjs", ".mts", ".cts", ".tsx", ".jsx"];
const OTHER_DATA = [".json", ".jsonc", ".json5", ".toml"];

const IN_A_FOLDER = "is in a sub-folder, and those are not read: move it up, into the folder of definitions";
const HIDDEN = "is hidden, and files whose name begins with a dot are not read: rename it without the dot";
const OTHER_KIND = "is not read by itself: a definition is a .yaml, .yml or .ts file";

/**
 * Files in the definitions folder that look like definitions but are not read, by path; at most 100. Code
 * that definitions import is left out. Throws BAD_REQUEST as `readDefinitionFiles`.
 */
export async function listIgnored(project: string): Promise<IgnoredFile[]> {
  const { folder, entries } = await openFolder(project);
  if (folder === null) return [];
  const found: IgnoredFile[] = [];
  let looks = 0;
  const definesWorkflow = async (path: string) => {
    if (++looks > MAX_LOOKS) return false;
    const facts = await stat(path).catch(() => null);
    if (!facts?.isFile() || facts.size > MAX_SOURCE_BYTES) return false;
    return /\bdefineWorkflow\s*[(<]/.test(await readFile(path, "utf8").catch(() => ""));
  };
  const visit = async (inner: string[], names: { name: string; isDirectory(): boolean }[]) => {
    for (const entry of [...names].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const { name } = entry;
      if (found.length >= MAX_LISTED || looks > MAX_LOOKS) return;
      if ((name.startsWith(".") && entry.isDirectory()) || name === "node_modules") continue;
      const way = [...inner, name];
      const here = join(folder, ...way);
      if (entry.isDirectory()) {
        const deeper =
          way.length <= DEEPEST ? await readdir(here, { withFileTypes: true }).catch(() => []) : [];
        await visit(way, deeper);
        continue;
      }
      const reason = await reasonOf(here, name, inner.length > 0, definesWorkflow);
      if (reason) found.push({ path: [DEFINITIONS_FOLDER, ...way].join("/"), reason });
    }
  };
  await visit([], entries);
  return found;
}

async function reasonOf(
  path: string,
  name: string,
  isInside: boolean,
  definesWorkflow: (path: string) => Promise<boolean>,
): Promise<string | null> {
  const type = definitionTypeOf(name);
  if (type !== null) {
    return isInside && (type === "yaml" || (await definesWorkflow(path))) ? IN_A_FOLDER : null;
  }
  const extension = extname(name).toLowerCase();
  if (name.startsWith(".")) {
    return !isInside && definitionTypeOf(name.replace(/^\.+/, "")) !== null ? HIDDEN : null;
  }
  if (OTHER_CODE.includes(extension)) return !isInside || (await definesWorkflow(path)) ? OTHER_KIND : null;
  // Only beside definitions: in folders below, such files are usually imported code's own.
  return OTHER_DATA.includes(extension) && !isInside ? OTHER_KIND : null;
}
