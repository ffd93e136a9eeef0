import { type FileText, readTextInside } from "./read-text-inside";

/**
 * `readTextInside` for a `path` that ends with `.yaml`. If only the same name with `.yml` exists, it is refused with
 * that hint, since its author expects it to be read.
 */
export async function readYamlInside(
  folder: string,
  path: string,
  maxBytes: number,
): Promise<FileText | null> {
  const file = await readTextInside(folder, path, maxBytes);
  const other = path.replace(/yaml$/, "yml");
  if (file !== null || (await readTextInside(folder, other, maxBytes)) === null) return file;
  return { refused: `is not there, but ${other}, which is not read: rename it to ${path}` };
}
