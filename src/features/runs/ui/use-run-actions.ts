"use client";

import { useQueryClient } from "@tanstack/react-query";
import { getQueryKey } from "@trpc/react-query";
import { toast } from "../../../components/toast";
import { isRunEnded, type OverBudget, type RunStatus } from "../../../model/states";
import { trpc } from "../../../trpc/react";
import { withNumber } from "../../in-run/ui/run-facts";
import { changeInLists } from "../../live/ui/run-list";
import { useProject } from "../../projects/ui/project-provider";
import type { RunDetails } from "../schema";
import { useRunMarks } from "./use-run-marks";

export type RunAction = "pause" | "resume" | "cancel" | "retry" | "again" | "delete";

/** The actions that the run's state and the person's role allow. */
export function allowedActions(
  status: RunStatus,
  may: (scope: "run:write" | "run:delete") => boolean,
  /** Its budget is reached, so it goes on only with a larger one. */
  isOver = false,
): RunAction[] {
  const actions: RunAction[] = [];
  if (may("run:write")) {
    if (status === "running") actions.push("pause");
    if (status === "paused" && !isOver) actions.push("resume");
    if (isRunEnded(status)) actions.push("retry");
    else actions.push("cancel");
    actions.push("again");
  }
  if (may("run:delete") && isRunEnded(status)) actions.push("delete");
  return actions;
}

/**
 * The actions on a run. Pause and resume are optimistic and undone when refused; the others show a busy
 * control until the answer. A refusal is shown as a toast.
 */
export function useRunActions(run: {
  id: string;
  number: number;
  name: string;
  status: RunStatus;
  over_budget: OverBudget | null;
  pinned_at: string | null;
  archived_at: string | null;
  acknowledged_at: string | null;
  project_id: string;
}) {
  const queries = useQueryClient();
  const utils = trpc.useUtils();
  const { may, slug } = useProject();

  const show = (status: RunStatus) => {
    changeInLists(queries, (runs) => runs.map((each) => (each.id === run.id ? { ...each, status } : each)));
    queries.setQueryData<RunDetails>(getQueryKey(trpc.runs.get, { id: run.id }, "query"), (details) =>
      details ? { ...details, status } : details,
    );
  };
  const settle = () =>
    Promise.all([
      utils.runs.list.invalidate(),
      utils.runs.counts.invalidate(),
      utils.runs.get.invalidate({ id: run.id }),
      utils.steps.get.invalidate(),
    ]);
  const optimistic = (status: RunStatus, verb: string) => ({
    onMutate: () => show(status),
    onError: (error: { message: string }) => {
      show(run.status);
      toast.failed(`${withNumber(run)} could not be ${verb}`, { description: error.message });
    },
    onSettled: () => void settle(),
  });
  const patient = (verb: string) => ({
    onError: (error: { message: string }) =>
      toast.failed(`${withNumber(run)} could not be ${verb}`, { description: error.message }),
    onSettled: () => void settle(),
  });

  const pause = trpc.runs.pause.useMutation(optimistic("paused", "paused"));
  const resume = trpc.runs.resume.useMutation(optimistic("running", "resumed"));
  const retry = trpc.runs.retry.useMutation({ onSettled: () => void settle() });
  const isPinned = run.pinned_at !== null;
  const told = {
    ...patient(isPinned ? "left to retention" : "pinned"),
    onSuccess: () =>
      toast.done(isPinned ? `${withNumber(run)} is pinned no more` : `${withNumber(run)} is pinned`, {
        description: isPinned
          ? "It goes when its project's retention says so."
          : "It stays with its logs and artifacts, whatever the retention says.",
      }),
  };
  const pin = trpc.runs.pin.useMutation(told);
  const unpin = trpc.runs.unpin.useMutation(told);
  const again = trpc.runs.again.useMutation({
    ...patient("run again"),
    onSuccess: (made) =>
      toast.done(`${withNumber(made)} was started`, {
        link: { label: "Open the run", href: `/p/${slug}/runs/${made.id}` },
      }),
  });
  const marks = useRunMarks(run, () => void settle());
  // Cancel, retry and delete show a refusal in their dialog.
  const cancel = trpc.runs.cancel.useMutation({ onSettled: () => void settle() });
  const remove = trpc.runs.delete.useMutation({
    onSuccess: () => {
      void utils.runs.list.invalidate();
      void utils.runs.counts.invalidate();
    },
  });

  return {
    allowed: allowedActions(run.status, may, run.over_budget !== null),
    ...marks,
    busy: pause.isPending || resume.isPending || retry.isPending || again.isPending || cancel.isPending,
    pause: () => pause.mutate({ id: run.id }),
    resume: () => resume.mutate({ id: run.id }),
    retry: (from_step_id: string, revision: "same" | "newest") =>
      retry.mutateAsync({ id: run.id, from_step_id, revision }),
    /** Makes a new run with the same args at once. */
    again: () => again.mutate({ id: run.id }),
    cancel: () => cancel.mutateAsync({ id: run.id }),
    isPinned,
    /** Pins the run, or leaves it to retention again. */
    setPinned: () => (isPinned ? unpin : pin).mutate({ id: run.id }),
    remove: () => remove.mutateAsync({ id: run.id }),
  };
}

export type RunActions = ReturnType<typeof useRunActions>;
