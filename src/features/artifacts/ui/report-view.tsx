"use client";

import { ExternalLink } from "lucide-react";
import { buttonClass } from "../../../components/button";
import { QueryView } from "../../../components/query-view";
import { withMarks } from "../../../lib/marks";
import { trpc } from "../../../trpc/react";
import { TextSkeleton } from "./file-states";
import type { ShownFile } from "./shown-file";

/** Links hold for an hour. */
const FRESH_MS = 30 * 60 * 1000;

/** A page that a step made. It runs in a frame of no origin, so it reaches nothing of the board. */
export function ReportView({ file }: { file: ShownFile }) {
  const query = trpc.artifacts.report.useQuery(
    { id: file.id },
    { staleTime: FRESH_MS, refetchOnWindowFocus: false },
  );
  return (
    <QueryView query={query} skeleton={<TextSkeleton />} className="flex-1">
      {({ url }) => (
        <>
          <iframe
            src={url}
            title={withMarks(file.name)}
            sandbox="allow-scripts"
            referrerPolicy="no-referrer"
            className="min-h-0 w-full flex-1 border-0 bg-white [color-scheme:light]"
          />
          <div className="flex shrink-0 items-center gap-3 border-t border-line py-1 pr-2 pl-4 text-meta text-muted">
            <p className="mr-auto min-w-0 text-pretty">
              It runs cut off from the board and from the network; its files are the step's other artifacts.
            </p>
            <a href={url} target="_blank" rel="noopener noreferrer" className={buttonClass("ghost")}>
              <ExternalLink aria-hidden size={14} />
              Open alone
            </a>
          </div>
        </>
      )}
    </QueryView>
  );
}
