import { constants } from "node:fs";
import { cp, realpath } from "node:fs/promises";
import { join } from "node:path";
import type { RunFacts } from "../../engine/run/ports";
import { isBelow } from "../../lib/is-below";

/** Copies untracked files of the project that the definition names. A refusal is a reason for people. */
export async function takeAlong(
  { definition, project, folder }: RunFacts,
  say: (text: string) => void,
): Promise<{ refusal: string } | null> {
  const base = await realpath(project.path);
  for (const path of definition.copy ?? []) {
    const source = await realpath(join(base, path)).catch(() => null);
    if (source === null) {
      say(`The project has no file ${path} to take along.`);
      continue;
    }
    if (!isBelow(base, source))
      return { refusal: `${path}, which is to be taken along, leads out of the project` };
    await cp(source, join(folder, path), {
      recursive: true,
      mode: constants.COPYFILE_FICLONE,
      verbatimSymlinks: true,
      preserveTimestamps: true,
    });
  }
  return null;
}
