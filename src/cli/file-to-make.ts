import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { AppError } from "../lib/errors";

/** The absolute path of a file that a command is to make. Throws before any work where there can be none. */
export async function fileToMake(file: string): Promise<string> {
  const target = resolve(file);
  const folder = dirname(target);
  if (!(await stat(folder).catch(() => null))?.isDirectory())
    throw new AppError("NOT_FOUND", `There is no folder ${folder}. Make it, or choose a file elsewhere.`);
  if ((await stat(target).catch(() => null))?.isDirectory())
    throw new AppError("BAD_REQUEST", `${target} is a folder. Name a file in it.`);
  return target;
}
