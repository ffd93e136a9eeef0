import { access, realpath } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { renderFaults } from "../engine/definition/faults";
import { compileFile, loadFiles } from "../features/definitions/compile-file";
import { definitionTypeOf, readDefinitionFile } from "../features/definitions/files";
import { AppError } from "../lib/errors";
import { say } from "./output";

/**
 * Prints all faults of these definitions' files, a line each or as JSON, by the code that reads them; needs no server.
 * False where there is one. TypeScript is loaded, in a box where the machine has one.
 */
export async function runLint(files: string[], { json = false }: { json?: boolean }): Promise<boolean> {
  const faults = (await Promise.all(files.map(lint))).flat();
  if (json) process.stdout.write(`${JSON.stringify(faults, null, 2)}\n`);
  else if (faults.length > 0) process.stdout.write(`${renderFaults(faults)}\n`);
  else say(files.length === 1 ? "No faults" : `No faults in ${files.length} files`);
  return faults.length === 0;
}

async function lint(given: string) {
  const absolute = await realpath(resolve(given)).catch(() => null);
  const type = definitionTypeOf(basename(given));
  if (absolute === null) throw new AppError("NOT_FOUND", `There is no file ${given}.`);
  if (type === null)
    throw new AppError("BAD_REQUEST", `${given} is no definition: those are .yaml, .yml and .ts.`);
  const project = await projectOf(dirname(absolute));
  const path = relative(project, absolute);
  const content = await readDefinitionFile(project, path);
  if (!content) throw new AppError("NOT_FOUND", `There is no file ${given}.`);
  const [file] = await loadFiles(project, [{ path, type, content, links: [] }]);
  const compiled = file && compileFile(file);
  // As it was given, so that a terminal finds it.
  return compiled && "faults" in compiled
    ? compiled.faults.map((fault) => (fault.file === path ? { ...fault, file: given } : fault))
    : [];
}

/** The nearest folder around with `.agent` in it, from which imports may come; else `folder` itself. */
async function projectOf(folder: string): Promise<string> {
  for (let at = folder; at !== dirname(at); at = dirname(at)) {
    const found = await access(join(at, ".agent")).then(
      () => true,
      () => false,
    );
    if (found) return at;
  }
  return folder;
}
