"use client";

import { Upload } from "lucide-react";
import { type DragEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { withMarks } from "../lib/marks";
import { cx } from "./cx";
import { droppedFiles } from "./dropped-files";
import { toast } from "./toast";

const hasFiles = (transfer: DataTransfer | null) => transfer?.types.includes("Files") ?? false;

/** Stops the browser from opening a file dropped outside, which would lose what was typed. */
function useNoStrayDrops(off: boolean): void {
  useEffect(() => {
    if (off) return;
    const stop = (event: globalThis.DragEvent) => {
      if (!hasFiles(event.dataTransfer) || event.defaultPrevented) return;
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = "none";
    };
    window.addEventListener("dragover", stop);
    window.addEventListener("drop", stop);
    return () => {
      window.removeEventListener("dragover", stop);
      window.removeEventListener("drop", stop);
    };
  }, [off]);
}

/** A region onto which files can be dropped; `label` says what happens with them. */
export function FileDrop({
  label,
  onFiles,
  disabled,
  className,
  children,
}: {
  label: ReactNode;
  onFiles: (files: File[]) => void;
  disabled: boolean;
  className?: string;
  children: ReactNode;
}) {
  const [over, setOver] = useState(false);
  // Enter and leave events also come from every child, so count them.
  const depth = useRef(0);
  useNoStrayDrops(disabled);
  if (disabled) return <div className={className}>{children}</div>;
  const leave = () => {
    depth.current = 0;
    setOver(false);
  };
  const onDrop = (event: DragEvent) => {
    if (!hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    leave();
    const { files, folders } = droppedFiles(event.dataTransfer);
    if (folders > 0) {
      toast.failed("A folder cannot be uploaded", {
        description: "Pack it into one file, or drop its files.",
      });
    }
    if (files.length > 0) onFiles(files);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a second way for the pointer; buttons do the same
    <div
      className={cx("relative", className)}
      onDragEnter={(event) => {
        if (!hasFiles(event.dataTransfer)) return;
        depth.current += 1;
        setOver(true);
      }}
      onDragOver={(event) => {
        if (!hasFiles(event.dataTransfer)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
      }}
      onDragLeave={(event) => {
        if (!hasFiles(event.dataTransfer)) return;
        depth.current -= 1;
        if (depth.current <= 0) leave();
      }}
      onDrop={onDrop}
    >
      {children}
      {over ? (
        <div className="animate-appear pointer-events-none absolute inset-1.5 z-20 flex items-center justify-center rounded-outer border-2 border-dashed border-accent-text bg-accent-soft/90">
          <span className="flex items-center gap-2 text-list font-medium text-accent-text">
            <Upload aria-hidden size={16} />
            {withMarks(label)}
          </span>
        </div>
      ) : null}
    </div>
  );
}
