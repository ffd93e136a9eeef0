"use client";

import { Ban } from "lucide-react";
import { useState } from "react";
import { Button } from "../../../components/button";
import type { RunStatus } from "../../../model/states";
import { trpc } from "../../../trpc/react";
import { useProject } from "../../projects/ui/project-provider";
import { CancelRunsDialog, type RunChoice } from "./cancel-runs-dialog";
import { openCounts } from "./cancel-words";

/** Cancels every run that matches the table's filters, including those that are not loaded. */
export function CancelMatching({ filters, statuses }: { filters: RunChoice; statuses: RunStatus[] }) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button variant="ghost" icon={Ban} className="ml-auto" onClick={() => setAsking(true)}>
        <span className="max-md:sr-only">Cancel all that match</span>
      </Button>
      {asking ? <Asked filters={filters} statuses={statuses} onClose={() => setAsking(false)} /> : null}
    </>
  );
}

function Asked({
  filters,
  statuses,
  onClose,
}: {
  filters: RunChoice;
  statuses: RunStatus[];
  onClose: () => void;
}) {
  const { id: project_id } = useProject();
  // Keep the filters for which the question was asked, even if the address changes meanwhile.
  const [choice] = useState(filters);
  const [only] = useState(statuses);
  const { status: _, ...others } = choice;
  // Never from the cache: the person agrees to this number.
  const counts = trpc.runs.counts.useQuery(
    { project_id, ...others },
    { staleTime: 0, refetchOnMount: "always" },
  );
  const known = counts.data && !counts.isFetching ? openCounts(counts.data, only) : null;
  return <CancelRunsDialog choice={choice} counts={known} onClose={onClose} onDone={() => {}} />;
}
