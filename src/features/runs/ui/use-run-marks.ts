"use client";

import { useQueryClient } from "@tanstack/react-query";
import { toast } from "../../../components/toast";
import { isRunEnded, type RunStatus } from "../../../model/states";
import { trpc } from "../../../trpc/react";
import { withNumber } from "../../in-run/ui/run-facts";
import { changeInLists } from "../../live/ui/run-list";
import { useProject } from "../../projects/ui/project-provider";

interface MarkedRun {
  id: string;
  project_id: string;
  number: number;
  name: string;
  status: RunStatus;
  archived_at: string | null;
  acknowledged_at: string | null;
}

/**
 * Archiving a run and acknowledging its failure. Both show at once, can be undone from the toast, and are taken back where
 * they are refused.
 */
export function useRunMarks(run: MarkedRun, settle: () => void) {
  const queries = useQueryClient();
  const { may, slug } = useProject();
  const archiveMany = trpc.runs.archiveMany.useMutation();
  const acknowledgeMany = trpc.runs.acknowledgeMany.useMutation();
  const show = (marks: Partial<Pick<MarkedRun, "archived_at" | "acknowledged_at">>) =>
    changeInLists(queries, (runs) => runs.map((each) => (each.id === run.id ? { ...each, ...marks } : each)));
  const chosen = { project_id: run.project_id, ids: [run.id] };
  const name = withNumber(run);

  const set = async (
    change: () => Promise<{ failed: { reason: string }[] }>,
    marks: Parameters<typeof show>[0],
    verb: string,
  ): Promise<boolean> => {
    show(marks);
    try {
      const { failed } = await change();
      if (failed[0]) throw new Error(failed[0].reason);
      return true;
    } catch (error) {
      show({ archived_at: run.archived_at, acknowledged_at: run.acknowledged_at });
      const description = error instanceof Error ? error.message : undefined;
      toast.failed(`${name} could not be ${verb}`, { description });
      return false;
    } finally {
      settle();
    }
  };

  const setArchived = async (archived: boolean) => {
    const archived_at = archived ? new Date().toISOString() : null;
    const change = () => archiveMany.mutateAsync({ ...chosen, archived });
    const done = await set(change, { archived_at }, archived ? "archived" : "taken out of the archive");
    if (!done) return;
    if (!archived) return toast.done(`${name} is out of the archive`);
    toast.done(`${name} is archived`, {
      description: "It has left the board and stays in the table.",
      action: { label: "Undo", run: () => void setArchived(false) },
      link: { label: "Show archived runs", href: `/p/${slug}/runs?archived=1` },
    });
  };
  const setAcknowledged = async (acknowledged: boolean) => {
    const acknowledged_at = acknowledged ? new Date().toISOString() : null;
    const change = () => acknowledgeMany.mutateAsync({ ...chosen, acknowledged });
    const done = await set(change, { acknowledged_at }, "acknowledged");
    if (!done || !acknowledged) return;
    toast.done(`${name} is acknowledged`, {
      description: "It has moved to what ended of late.",
      action: { label: "Undo", run: () => void setAcknowledged(false) },
    });
  };

  const writes = may("run:write");
  return {
    isArchived: run.archived_at !== null,
    isAcknowledged: run.acknowledged_at !== null,
    mayArchive: writes && isRunEnded(run.status),
    mayAcknowledge: writes && run.status === "failed",
    setArchived: (archived: boolean) => void setArchived(archived),
    setAcknowledged: (acknowledged: boolean) => void setAcknowledged(acknowledged),
  };
}
