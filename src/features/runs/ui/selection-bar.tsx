"use client";

import { Ban, X } from "lucide-react";
import { useState } from "react";
import { Button } from "../../../components/button";
import type { RunListItem } from "../schema";
import { CancelRunsDialog } from "./cancel-runs-dialog";
import type { OpenCounts } from "./cancel-words";

function countsOf(runs: readonly RunListItem[]): OpenCounts {
  const counts: OpenCounts = {};
  for (const { status } of runs) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** Actions on the selected rows, below the table. */
export function SelectionBar({ chosen, onClear }: { chosen: RunListItem[]; onClear: () => void }) {
  const [asked, setAsked] = useState<RunListItem[] | null>(null);
  return (
    <>
      {chosen.length > 0 ? (
        <section
          aria-label="Chosen runs"
          className="flex min-h-11 shrink-0 flex-wrap items-center gap-2 border-t border-line bg-surface px-4 py-1.5"
        >
          <span role="status" className="text-list">
            {chosen.length} selected
          </span>
          <Button icon={Ban} onClick={() => setAsked(chosen)} className="ml-auto">
            Cancel selected
          </Button>
          <Button variant="ghost" icon={X} onClick={onClear}>
            Clear selection
          </Button>
        </section>
      ) : null}
      {asked ? (
        <CancelRunsDialog
          choice={{ ids: asked.map((run) => run.id) }}
          counts={countsOf(asked)}
          onClose={() => setAsked(null)}
          onDone={onClear}
        />
      ) : null}
    </>
  );
}
