import type { WireFile } from "./wire";

/** A row of the list of files: a folder, or a file in the one above it. */
export type FileRow =
  | { kind: "folder"; path: string }
  | { kind: "file"; file: WireFile; name: string; folder: string };

/** Files below their folders, in the order in which their changes stand; `sought`: a part of the path. */
export function rowsOf(files: readonly WireFile[], sought: string): FileRow[] {
  const words = sought.trim().toLowerCase();
  const rows: FileRow[] = [];
  let open = "";
  for (const file of files) {
    if (words !== "" && !file.path.toLowerCase().includes(words)) continue;
    const cut = file.path.lastIndexOf("/");
    const folder = file.path.slice(0, cut + 1);
    if (folder !== open) rows.push({ kind: "folder", path: folder === "" ? "./" : folder });
    open = folder;
    rows.push({ kind: "file", file, name: file.path.slice(cut + 1), folder });
  }
  return rows;
}
