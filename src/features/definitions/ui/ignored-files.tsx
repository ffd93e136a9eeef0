"use client";

import { FileQuestion } from "lucide-react";
import { withMarks } from "../../../lib/marks";
import { trpc } from "../../../trpc/react";

/** Lists files that look like definitions but are not read; renders nothing if there are none. */
export function IgnoredFiles({ projectId }: { projectId: string }) {
  const { data } = trpc.definitions.ignored.useQuery({ project_id: projectId });
  if (!data || data.length === 0) return null;
  return (
    <section aria-label="Files that are not read" className="flex gap-2 px-4 py-3 text-list text-muted">
      <FileQuestion aria-hidden size={14} className="mt-0.75 shrink-0" />
      <div className="min-w-0">
        <h2 className="font-medium text-text">
          {data.length === 1 ? "One file is not read" : `${data.length} files are not read`}
        </h2>
        <ul className="mt-1 flex flex-col gap-1">
          {data.map(({ path, reason }) => (
            <li key={path} className="text-pretty wrap-anywhere">
              <code className="text-code text-text">{withMarks(path)}</code> {withMarks(reason)}.
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}
