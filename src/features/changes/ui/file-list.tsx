"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { Check } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { CONTROL } from "../../../components/control";
import { cx } from "../../../components/cx";
import { FileNameText } from "../../../components/file-name-text";
import { withMarks } from "../../../lib/marks";
import { LOOKS } from "./change-words";
import { Lines } from "./file-head";
import { rowsOf } from "./file-rows";
import type { WireFile } from "./wire";

const ROW = 28;
const TOUCH_ROW = 40;

/** The changed files below their folders, with a filter. */
export function FileList({
  files,
  current,
  isViewed,
  onChoose,
  className,
}: {
  files: readonly WireFile[];
  current: string | null;
  isViewed: (file: WireFile) => boolean;
  onChoose: (path: string) => void;
  className?: string;
}) {
  const [sought, setSought] = useState("");
  const rows = useMemo(() => rowsOf(files, sought), [files, sought]);
  const scroller = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(ROW);
  useEffect(() => {
    if (window.matchMedia("(pointer: coarse)").matches) setHeight(TOUCH_ROW);
  }, []);
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 20,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows are measured anew
  useEffect(() => list.measure(), [height]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it follows the file alone, not the rows
  useEffect(() => {
    const at = rows.findIndex((row) => row.kind === "file" && row.file.path === current);
    if (at >= 0) list.scrollToIndex(at, { align: "auto" });
  }, [current]);
  return (
    <nav aria-label="Changed files" className={cx("flex min-h-0 flex-col", className)}>
      <div className="shrink-0 p-2">
        <input
          type="search"
          value={sought}
          onChange={({ currentTarget }) => setSought(currentTarget.value)}
          placeholder="Filter files"
          aria-label="Filter files"
          className={cx(CONTROL, "h-control")}
        />
      </div>
      {rows.length === 0 ? (
        <p className="px-3 py-2 text-list text-muted">No file has this in its path.</p>
      ) : null}
      <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto pb-2">
        <ul className="relative" style={{ height: list.getTotalSize() }}>
          {list.getVirtualItems().map(({ index, start }) => {
            const row = rows[index];
            if (!row) return null;
            return (
              <li
                key={row.kind === "folder" ? `${index}:${row.path}` : row.file.path}
                className="absolute inset-x-0 top-0"
                style={{ height, transform: `translateY(${start}px)` }}
              >
                {row.kind === "folder" ? (
                  <span className="flex h-full items-center px-3 text-meta text-faint">
                    <FileNameText name={row.path} />
                  </span>
                ) : (
                  <FileButton
                    file={row.file}
                    name={row.name}
                    isCurrent={row.file.path === current}
                    isViewed={isViewed(row.file)}
                    onClick={() => onChoose(row.file.path)}
                  />
                )}
              </li>
            );
          })}
        </ul>
      </div>
    </nav>
  );
}

function FileButton({
  file,
  name,
  isCurrent,
  isViewed,
  onClick,
}: {
  file: WireFile;
  name: string;
  isCurrent: boolean;
  isViewed: boolean;
  onClick: () => void;
}) {
  const { word, icon: Icon, colour } = LOOKS[file.status];
  return (
    <button
      type="button"
      onClick={onClick}
      aria-current={isCurrent || undefined}
      title={withMarks(file.path)}
      className={cx(
        "flex size-full min-w-0 items-center gap-2 pr-3 pl-4 text-left text-list outline-offset-[-2px] hover:bg-hover",
        isCurrent && "bg-hover shadow-[inset_2px_0_0_var(--accent)]",
        isViewed && "text-muted",
      )}
    >
      <Icon aria-hidden size={13} className={cx("shrink-0", colour)} />
      <span className="sr-only">{word}: </span>
      <FileNameText name={name} className="min-w-0 flex-1" />
      {file.additions === null ? <span className="text-meta text-faint">binary</span> : <Lines file={file} />}
      <span className="w-3 shrink-0 text-accent-text">
        {isViewed ? (
          <>
            <Check aria-hidden size={12} />
            <span className="sr-only">viewed</span>
          </>
        ) : null}
      </span>
    </button>
  );
}
