"use client";

import { useState } from "react";
import { ConfirmDialog } from "../../../components/confirm-dialog";
import { ProgressBar } from "../../../components/progress-bar";
import { toast } from "../../../components/toast";
import { trpc } from "../../../trpc/react";
import { useProject } from "../../projects/ui/project-provider";
import { cancelLabel, cancelTitle, manyCancelWords, type OpenCounts, totalOf } from "./cancel-words";
import type { queryOf } from "./table-filters";

/** All runs that match the filters. */
export type RunChoice = ReturnType<typeof queryOf> & { workflow_definition_id?: string };

type CancelChoice = { ids: string[] } | RunChoice;

/** Named runs in one call. The API allows more, but then no progress could be shown. */
const PART = 50;

/** The calls that cancel the named runs, made one after another. */
const partsOf = (ids: string[]) =>
  Array.from({ length: Math.ceil(ids.length / PART) }, (_, at) => ({
    ids: ids.slice(at * PART, (at + 1) * PART),
  }));

/**
 * Asks before many runs are cancelled, shows the progress, and lists the runs that could not be cancelled.
 */
export function CancelRunsDialog({
  choice,
  counts,
  onClose,
  onDone,
}: {
  /** The runs to cancel: named ones, or all that match. */
  choice: CancelChoice;
  /** Numbers of the chosen runs by status; null until known. */
  counts: OpenCounts | null;
  onClose: () => void;
  onDone: () => void;
}) {
  const { id: project_id, slug } = useProject();
  const utils = trpc.useUtils();
  const { mutateAsync } = trpc.runs.cancelMany.useMutation();
  // Keep the numbers of the question on screen while the live counts fall.
  const [asked, setAsked] = useState<OpenCounts | null>(null);
  const [done, setDone] = useState(0);
  const shown = asked ?? counts;
  const total = shown ? totalOf(shown) : 0;

  const cancelAll = async () => {
    setAsked(counts);
    const failed: { id: string; reason: string }[] = [];
    let cancelled = 0;
    const take = async (part: CancelChoice) => {
      const answer = await mutateAsync({ project_id, ...part });
      cancelled += answer.cancelled.length;
      failed.push(...answer.failed);
      setDone(cancelled);
      return answer;
    };
    try {
      if ("ids" in choice) for (const part of partsOf(choice.ids)) await take(part);
      else while ((await take(choice)).remaining > 0);
    } catch (error) {
      setAsked(null);
      setDone(0);
      throw error;
    } finally {
      void utils.runs.invalidate();
    }
    const link = { label: "Show cancelled runs", href: `/p/${slug}/runs?status=cancelled` };
    if (cancelled > 0) toast.done(`${cancelled.toLocaleString("en")} cancelled`, { link });
    if (failed.length > 0) {
      const description = failed[0]?.reason;
      toast.failed(`${failed.length.toLocaleString("en")} could not be cancelled`, { description });
    }
    onDone();
  };

  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={shown ? cancelTitle(shown) : "Cancel all that match?"}
      description={shown ? manyCancelWords(shown) : "Counting the runs…"}
      confirmLabel={shown ? cancelLabel(shown) : "Cancel them"}
      onConfirm={cancelAll}
      ready={total > 0}
      keepLabel={total === 1 ? "Keep it" : "Keep them"}
    >
      {asked ? (
        <div className="flex flex-col gap-1.5" role="status">
          <ProgressBar value={total === 0 ? 0 : done / total} label="Runs cancelled" />
          <p className="text-list text-muted">
            {done.toLocaleString("en")} of {total.toLocaleString("en")} cancelled
          </p>
        </div>
      ) : null}
    </ConfirmDialog>
  );
}
