import { type FileText, readTextInside } from "./read-text-inside";

/**
 * As `readTextInside`, for a `path` that ends with `.yaml`. A file of the same name that ends with `.yml` is refused where
 * there is no other: whoever wrote it means it to count.
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
