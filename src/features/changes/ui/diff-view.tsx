"use client";

import type { SelectedLineRange } from "@pierre/diffs";
import { CodeView, type CodeViewHandle } from "@pierre/diffs/react";
import { type Ref, useImperativeHandle, useMemo, useRef } from "react";
import { useTheme } from "../../../components/theme-provider";
import { type DiffItem, type Note, type ShownFile, useDiffItems } from "./diff-items";
import { COLOURED_LINES, COLOURS, THEMES } from "./diff-look";
import { FileAbout } from "./file-about";
import { FileHead, HEAD_HEIGHT } from "./file-head";
import { loadSides } from "./load-sides";
import { nameExpanders } from "./name-expanders";
import { anchorOf, type Remarks, wordsOf } from "./remarks";
import type { WireFile } from "./wire";

const LAYOUT = { paddingTop: 0, paddingBottom: 0, gap: 0 };

export interface DiffViewHandle {
  /** Brings the file's head to the top. */
  show: (path: string) => void;
}

export interface DiffViewProps {
  ref?: Ref<DiffViewHandle>;
  files: readonly ShownFile[];
  split: boolean;
  wrap: boolean;
  /** Files that are on their way. */
  loading: ReadonlySet<string>;
  isViewed: (file: WireFile) => boolean;
  onFold: (file: WireFile) => void;
  onViewed: (file: WireFile) => void;
  /** The file at the top is another one. */
  onCurrent: (path: string) => void;
  /** What people say of lines; absent: nothing. */
  remarks?: Remarks;
}

/** The lines of changed files, one below the other. Only what is in sight is drawn. */
export function DiffView({ ref, files, split, wrap, remarks, onCurrent, ...head }: DiffViewProps) {
  const { theme } = useTheme();
  const view = useRef<CodeViewHandle<Note, undefined>>(null);
  const items = useDiffItems(files, remarks);
  const byPath = useRef(new Map<string, ShownFile>());
  byPath.current = useMemo(() => new Map(files.map((shown) => [shown.file.path, shown])), [files]);
  const ask = useRef(remarks?.onAsk);
  ask.current = remarks?.onAsk;
  const asks = remarks?.onAsk !== undefined;
  useImperativeHandle(ref, () => ({
    show: (path) => view.current?.scrollTo({ type: "item", id: path, align: "start", behavior: "instant" }),
  }));
  const options = useMemo(
    () => ({
      theme: THEMES,
      themeType: theme,
      diffStyle: split ? ("split" as const) : ("unified" as const),
      overflow: wrap ? ("wrap" as const) : ("scroll" as const),
      diffIndicators: "classic" as const,
      lineDiffType: "word" as const,
      hunkSeparators: "line-info" as const,
      tokenizeMaxLength: COLOURED_LINES,
      stickyHeaders: true,
      layout: LAYOUT,
      itemMetrics: { diffHeaderHeight: HEAD_HEIGHT },
      enableGutterUtility: asks,
      enableLineSelection: asks,
      onPostRender: nameExpanders,
      parseDiffOptions: { disableLineMatching: true },
      onGutterUtilityClick: (range: SelectedLineRange, { item }: { item: { id: string } }) => {
        const anchor = anchorOf(item.id, range);
        const file = byPath.current.get(item.id)?.file;
        ask.current?.(anchor, file ? wordsOf(file, anchor) : null);
        // While lines are chosen the button stays beside them.
        requestAnimationFrame(() => view.current?.clearSelectedLines());
      },
      loadDiffFiles: (diff: DiffItem["fileDiff"]) => {
        const shown = byPath.current.get(diff.name);
        return shown ? loadSides(shown.file, diff) : Promise.reject(new Error("the file is gone"));
      },
    }),
    [theme, split, wrap, asks],
  );
  return (
    <CodeView<Note>
      ref={view}
      items={items}
      options={options}
      style={COLOURS}
      className="relative min-h-0 min-w-0 flex-1 overflow-auto bg-surface"
      onScroll={(top, viewer) => {
        const above = viewer
          .getRenderedItems()
          .findLast(({ id }) => (viewer.getTopForItem(id) ?? 0) <= top + 1);
        if (above) onCurrent(above.id);
      }}
      renderCustomHeader={({ id }) => {
        const shown = byPath.current.get(id);
        if (!shown) return null;
        const { file, folded } = shown;
        return (
          <FileHead
            file={file}
            folded={folded}
            loading={head.loading.has(id)}
            viewed={head.isViewed(file)}
            onFold={() => head.onFold(file)}
            onViewed={() => head.onViewed(file)}
          />
        );
      }}
      renderAnnotation={({ metadata }, _shown, { id }) => {
        const file = byPath.current.get(id)?.file;
        if (!metadata.about) return remarks?.render(metadata.key) ?? null;
        return file ? <FileAbout file={file} /> : null;
      }}
    />
  );
}
