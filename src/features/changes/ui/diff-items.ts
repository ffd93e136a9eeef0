"use client";

import type { CodeViewDiffItem, DiffLineAnnotation } from "@pierre/diffs";
import { useMemo, useRef } from "react";
import { aboutFile } from "./change-words";
import { fileDiffOf } from "./file-diff";
import type { RemarkAnchor, Remarks } from "./remarks";
import type { WireFile } from "./wire";

/** What stands between a file's lines: `about` above all of them, or a remark by its key. */
export type Note = { about: true } | { about: false; key: string };
export type DiffItem = CodeViewDiffItem<Note>;

/** A file of the list as it is to be shown. */
export interface ShownFile {
  file: WireFile;
  folded: boolean;
}

interface Known {
  file: WireFile;
  folded: boolean;
  remarks: string;
  item: DiffItem;
}

/** Files as the component takes them. An item is new, with a higher version, only where the file is shown otherwise. */
export function useDiffItems(shown: readonly ShownFile[], remarks: Remarks | undefined): DiffItem[] {
  const known = useRef(new Map<string, Known>());
  return useMemo(() => {
    const next = new Map<string, Known>();
    const items = shown.map(({ file, folded }) => {
      const said = remarks?.of(file.path) ?? [];
      const marks = JSON.stringify(said);
      const before = known.current.get(file.path);
      const isSame = before?.file === file && before.folded === folded && before.remarks === marks;
      const item = isSame
        ? before.item
        : {
            id: file.path,
            type: "diff" as const,
            fileDiff: fileDiffOf(file),
            collapsed: folded,
            annotations: [...aboutOf(file), ...said.map(({ key, anchor }) => noteOf(file, key, anchor))],
            version: (before?.item.version ?? 0) + 1,
          };
      next.set(file.path, { file, folded, remarks: marks, item });
      return item;
    });
    known.current = next;
    return items;
  }, [shown, remarks]);
}

function aboutOf(file: WireFile): DiffLineAnnotation<Note>[] {
  if (aboutFile(file) === null) return [];
  return [{ ...aboveAll(file), metadata: { about: true } }];
}

/** Line 0 is above the first one. */
const aboveAll = ({ new_mode }: WireFile) =>
  ({ side: new_mode === null ? "deletions" : "additions", lineNumber: 0 }) as const;

function noteOf(file: WireFile, key: string, { side, line }: RemarkAnchor): DiffLineAnnotation<Note> {
  const place =
    line === null
      ? aboveAll(file)
      : ({ side: side === "old" ? "deletions" : "additions", lineNumber: line } as const);
  return { ...place, metadata: { about: false, key } };
}
