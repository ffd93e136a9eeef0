"use client";

import { useState } from "react";
import { ConfirmDialog } from "../../../components/confirm-dialog";
import { ProgressBar } from "../../../components/progress-bar";
import { toast } from "../../../components/toast";
import { trpc } from "../../../trpc/react";
import { useProject } from "../../projects/ui/project-provider";

/** The filters of a board, as the calls for many runs take them. */
export interface MarkFilters {
  project_id: string;
  workflow_definition_id?: string;
  user_id?: string;
  q?: string;
  pinned?: boolean;
}

const runs = (count: number) => `${count.toLocaleString("en")} ${count === 1 ? "run" : "runs"}`;

/** Asks before all runs of a column are archived or acknowledged, and shows how far it is. */
export function MarkAllDialog({
  what,
  column,
  filters,
  onClose,
}: {
  what: "archive" | "acknowledge";
  /** `failed`, or `recent` for what is done or cancelled. */
  column: string;
  filters: MarkFilters;
  onClose: () => void;
}) {
  const { slug } = useProject();
  const utils = trpc.useUtils();
  const archive = trpc.runs.archiveMany.useMutation();
  const acknowledge = trpc.runs.acknowledgeMany.useMutation();
  const status = column === "failed" ? ["failed"] : ["completed", "cancelled"];
  // Never from the cache: the person agrees to this number.
  const counts = trpc.runs.counts.useQuery(
    { ...filters, archived: false },
    { staleTime: 0, refetchOnMount: "always" },
  );
  const known = counts.data && !counts.isFetching ? counts.data : null;
  const [done, setDone] = useState<number | null>(null);
  const [asked, setAsked] = useState(0);
  const total =
    done === null ? status.reduce((sum, each) => sum + (known?.[each as "failed"] ?? 0), 0) : asked;
  const isArchive = what === "archive";

  const markAll = async () => {
    setAsked(total);
    setDone(0);
    let changed = 0;
    try {
      for (let left = 1; left > 0; ) {
        const chosen = { ...filters, status: status.join(",") };
        const answer = await (isArchive ? archive : acknowledge).mutateAsync(chosen as never);
        changed += answer.changed.length;
        setDone(changed);
        left = answer.changed.length === 0 ? 0 : answer.remaining;
      }
    } catch (error) {
      setDone(null);
      throw error;
    } finally {
      void utils.runs.counts.invalidate();
    }
    toast.done(`${runs(changed)} ${isArchive ? "archived" : "acknowledged"}`, {
      link: {
        label: "Show them",
        href: `/p/${slug}/runs?${isArchive ? "archived=1" : "status=failed"}`,
      },
    });
  };

  return (
    <ConfirmDialog
      open
      danger={false}
      onOpenChange={(open) => !open && onClose()}
      title={isArchive ? `Archive ${runs(total)}?` : `Acknowledge ${runs(total)}?`}
      description={
        known === null
          ? "Counting the runs…"
          : isArchive
            ? `They leave the board and stay in the table, with their logs and artifacts.${column === "recent" ? " Those that ended longer ago than the board shows are among them." : ""}`
            : "It says that somebody has seen why they failed. They leave the failures for what ended of late."
      }
      confirmLabel={isArchive ? "Archive them" : "Acknowledge them"}
      onConfirm={markAll}
      ready={total > 0}
      keepLabel="Keep them"
    >
      {done === null ? null : (
        <div className="flex flex-col gap-1.5" role="status">
          <ProgressBar value={asked === 0 ? 0 : done / asked} label="Runs changed" />
          <p className="text-list text-muted">
            {done.toLocaleString("en")} of {asked.toLocaleString("en")}
          </p>
        </div>
      )}
    </ConfirmDialog>
  );
}
