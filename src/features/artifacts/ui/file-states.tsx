"use client";

import { Download, FileQuestion, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { buttonClass } from "../../../components/button";
import { fileSize } from "../../../components/file-size";
import { Loading, Skeleton } from "../../../components/skeleton";
import { EmptyState, ErrorState } from "../../../components/states";
import type { ShownFile } from "./shown-file";

type Downloadable = Pick<ShownFile, "url" | "size_bytes">;

/** Says why a file is not shown, and offers it. */
export function NoPreview({
  icon,
  file,
  children,
}: {
  icon: LucideIcon;
  file: Downloadable;
  children: ReactNode;
}) {
  return (
    <EmptyState
      icon={icon}
      title="No preview"
      className="flex-1"
      action={
        <a href={file.url} download className={buttonClass("primary")}>
          <Download aria-hidden size={14} />
          Download {fileSize(file.size_bytes)}
        </a>
      }
    >
      {children}
    </EmptyState>
  );
}

/** For a text that could not be read, or is none. */
export function FileProblem({
  query,
  file,
}: {
  query: { data: unknown; isFetching: boolean; refetch: () => unknown };
  file: Downloadable;
}) {
  if (!query.data) {
    return (
      <ErrorState
        title="The file could not be read"
        message="It may have been deleted, or the server does not answer."
        onRetry={() => void query.refetch()}
        retrying={query.isFetching}
        className="flex-1"
      />
    );
  }
  return (
    <NoPreview icon={FileQuestion} file={file}>
      This file is not text, whatever its name says. Download it to open it.
    </NoPreview>
  );
}

export function TextSkeleton() {
  return (
    <Loading label="Loading the file" className="flex min-h-60 flex-1 flex-col gap-2 px-4 py-4">
      {["w-2/5", "w-3/5", "w-1/3", "w-1/2"].map((width) => (
        <Skeleton key={width} className={width} />
      ))}
    </Loading>
  );
}
