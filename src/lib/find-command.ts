import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, isAbsolute, join, resolve } from "node:path";

/**
 * The path of a program: relative to `folder` if it has a slash, else searched in `path`. Null where no executable file
 * is found. On Windows the name is returned unchanged, since the system searches by itself.
 */
export async function findCommand(
  command: string,
  folder: string,
  path: string | undefined,
): Promise<string | null> {
  if (process.platform === "win32") return command;
  if (command.includes("/")) return isProgram(resolve(folder, command));
  for (const place of (path ?? "").split(delimiter).filter(isAbsolute)) {
    const found = await isProgram(join(place, command));
    if (found) return found;
  }
  return null;
}

async function isProgram(path: string): Promise<string | null> {
  const isThere = await access(path, constants.X_OK).then(
    async () => (await stat(path)).isFile(),
    () => false,
  );
  return isThere ? path : null;
}
