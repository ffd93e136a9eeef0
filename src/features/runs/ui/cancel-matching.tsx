"use client";

import { Ban } from "lucide-react";
import { useState } from "react";
import { Button } from "../../../components/button";
import type { RunStatus } from "../../../model/states";
import { trpc } from "../../../trpc/react";
import { useProject } from "../../projects/ui/project-provider";
import { type CancelChoice, CancelRunsDialog } from "./cancel-runs-dialog";
import { openCounts } from "./cancel-words";

interface Filters {
  workflow_definition_id?: string;
  user_id?: string;
  q?: string;
  status?: RunStatus;
}

/** Cancels every run that matches the table's filters, including those that are not loaded. */
export function CancelMatching({ filters }: { filters: Filters }) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button variant="ghost" icon={Ban} className="ml-auto" onClick={() => setAsking(true)}>
        <span className="max-md:sr-only">Cancel all that match</span>
      </Button>
      {asking ? <Asked filters={filters} onClose={() => setAsking(false)} /> : null}
    </>
  );
}

function Asked({ filters, onClose }: { filters: Filters; onClose: () => void }) {
  const { id: project_id } = useProject();
  // Keep the filters for which the question was asked, even if the address changes meanwhile.
  const [choice] = useState<CancelChoice>(filters);
  const [{ status, ...others }] = useState(filters);
  // Never from the cache: the person agrees to this number.
  const counts = trpc.runs.counts.useQuery(
    { project_id, ...others },
    { staleTime: 0, refetchOnMount: "always" },
  );
  const known = counts.data && !counts.isFetching ? openCounts(counts.data, status ?? null) : null;
  return <CancelRunsDialog choice={choice} counts={known} onClose={onClose} onDone={() => {}} />;
}
