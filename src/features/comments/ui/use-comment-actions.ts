"use client";

import { trpc } from "../../../trpc/react";
import { withComment, withoutComment } from "../../artifacts/ui/patch-files";
import { usePatchRun } from "../../artifacts/ui/use-patch-run";

/** Writing, editing and deleting comments of a run. Each rejects with why not, for who shows it. */
export function useCommentActions(run_id: string) {
  const patch = usePatchRun(run_id);
  // Offline it fails at once and says so, where waiting unseen would lose the text with the tab.
  const create = trpc.comments.create.useMutation({
    networkMode: "always",
    onSuccess: (comment) => patch((run) => withComment(run, comment)),
  });
  const update = trpc.comments.update.useMutation({
    networkMode: "always",
    onSuccess: (comment) => patch((run) => withComment(run, comment)),
  });
  const remove = trpc.comments.delete.useMutation({
    networkMode: "always",
    onSuccess: ({ id }) => patch((run) => withoutComment(run, id)),
  });
  return { create, update, remove };
}
