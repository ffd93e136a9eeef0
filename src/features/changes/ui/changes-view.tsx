"use client";

import { ChevronDown, ChevronUp, Eye } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useCommands } from "../../../components/commands";
import { cx } from "../../../components/cx";
import { toast } from "../../../components/toast";
import { ChangeNumbers } from "./change-counts";
import type { ShownFile } from "./diff-items";
import { DiffView, type DiffViewHandle } from "./diff-view";
import { FileList } from "./file-list";
import type { Remarks } from "./remarks";
import { type ChangesChoice, useLargeFiles } from "./use-changes";
import { useViewed } from "./use-viewed";
import type { WireFile } from "./wire";

interface Totals {
  files: number;
  additions: number;
  deletions: number;
  base: string | null;
}

/** Changed files: their list and their lines. `files` may grow while it is shown. */
export function ChangesView({
  choice,
  files,
  totals,
  split,
  wrap,
  listed,
  narrow,
  moves,
  asked,
  onFile,
  remarks,
}: {
  choice: ChangesChoice;
  files: readonly WireFile[];
  totals: Totals;
  split: boolean;
  wrap: boolean;
  listed: boolean;
  narrow: boolean;
  /** How the person has moved by the buttons: the last one, and how often in all. */
  moves: { by: number; count: number };
  /** The file that the address names. */
  asked: string | null;
  onFile: (path: string) => void;
  remarks?: Remarks;
}) {
  const view = useRef<DiffViewHandle>(null);
  const viewed = useViewed(choice.run_id);
  const [current, setCurrent] = useState<string | null>(asked ?? files[0]?.path ?? null);
  const { shown, loading, toggle, fold } = useFolded(choice, files, viewed.has);

  const show = (path: string) => {
    setCurrent(path);
    view.current?.show(path);
  };
  const step = (by: number) => {
    const at = files.findIndex(({ path }) => path === current);
    const next = files[Math.min(files.length - 1, Math.max(0, at + by))];
    if (!next) return;
    onFile(next.path);
    show(next.path);
  };
  const tick = (file: WireFile) => {
    fold(file, !viewed.has(file));
    viewed.toggle(file);
  };
  const moved = useRef(moves.count);
  useEffect(() => {
    if (moved.current === moves.count) return;
    moved.current = moves.count;
    step(moves.by);
  });
  // A link leads to its file once, as soon as that is there.
  const sought = useRef(asked);
  useEffect(() => {
    const path = sought.current;
    if (path === null || !files.some((file) => file.path === path)) return;
    // The lines are laid out behind this.
    const timer = setTimeout(() => {
      view.current?.show(path);
      sought.current = null;
    }, 50);
    return () => clearTimeout(timer);
  }, [files]);

  const here = files.find(({ path }) => path === current);
  useCommands([
    {
      id: "changes.next",
      label: "Next file",
      group: "Changes",
      icon: ChevronDown,
      shortcut: "]",
      run: () => step(1),
    },
    {
      id: "changes.previous",
      label: "Previous file",
      group: "Changes",
      icon: ChevronUp,
      shortcut: "[",
      run: () => step(-1),
    },
    {
      id: "changes.viewed",
      label: "Mark the file as viewed, or not",
      group: "Changes",
      icon: Eye,
      shortcut: "v",
      run: () => here && tick(here),
    },
  ]);

  return (
    <section aria-label="Changes" className="flex min-h-0 flex-1 flex-col">
      <p className="flex min-h-8 shrink-0 flex-wrap items-center gap-x-3 border-b border-line px-3 py-1 text-meta text-muted">
        <ChangeNumbers counts={totals} withFiles />
        {totals.base === null ? null : <span className="min-w-0 truncate">against {totals.base}</span>}
        <span className="ml-auto">
          {files.filter(viewed.has).length} of {totals.files} viewed
        </span>
      </p>
      <div className="flex min-h-0 flex-1">
        {listed ? (
          <FileList
            files={files}
            current={current}
            isViewed={viewed.has}
            onChoose={(path) => {
              onFile(path);
              show(path);
            }}
            className={narrow ? "w-full" : "w-72 shrink-0 border-r border-line"}
          />
        ) : null}
        <div className={cx("min-h-0 min-w-0 flex-1", listed && narrow ? "hidden" : "flex")}>
          <DiffView
            ref={view}
            files={shown}
            split={split}
            wrap={wrap}
            loading={loading}
            isViewed={viewed.has}
            onFold={toggle}
            onViewed={tick}
            onCurrent={setCurrent}
            {...(remarks ? { remarks } : {})}
          />
        </div>
      </div>
    </section>
  );
}

/**
 * Which files show no lines: generated and large ones and those that were viewed, until the person says otherwise. The
 * lines of a large one are read when it is opened.
 */
function useFolded(choice: ChangesChoice, files: readonly WireFile[], isViewed: (file: WireFile) => boolean) {
  const [said, setSaid] = useState<ReadonlyMap<string, boolean>>(new Map());
  const isFolded = (file: WireFile) =>
    said.get(file.path) ?? (file.is_generated || file.too_large || isViewed(file));
  const wanted = files.filter((file) => file.hunks === null && !isFolded(file)).map(({ path }) => path);
  const large = useLargeFiles(choice, wanted);
  const failed = [...large].find(([, state]) => state === "failed")?.[0];
  const fold = (file: WireFile, folded: boolean) =>
    setSaid((before) => new Map(before).set(file.path, folded));
  useEffect(() => {
    if (failed === undefined) return;
    toast.failed("The file could not be loaded", { description: failed });
    setSaid((before) => new Map(before).set(failed, true));
  }, [failed]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `isFolded` is of these
  const shown = useMemo(
    () =>
      files.map((file): ShownFile => {
        const whole = large.get(file.path);
        const isThere = typeof whole === "object" && whole.hunks !== null;
        return { file: isThere ? whole : file, folded: isFolded(file) || (file.hunks === null && !isThere) };
      }),
    [files, said, large, isViewed],
  );
  // One that is too large even by itself says so.
  const tooLarge = [...large].find(([, state]) => typeof state === "object" && state.hunks === null)?.[0];
  useEffect(() => {
    if (tooLarge === undefined) return;
    toast.failed("The file is too large to be shown", {
      description: "Its changes are in the patch: download that.",
    });
    setSaid((before) => new Map(before).set(tooLarge, true));
  }, [tooLarge]);
  const loading = new Set(wanted.filter((path) => large.get(path) === "loading"));
  return { shown, loading, fold, toggle: (file: WireFile) => fold(file, !isFolded(file)) };
}
