"use client";

import { useMutation } from "@tanstack/react-query";
import type { z } from "zod";
import { trpc } from "../../../trpc/react";
import { withComment, withoutComment } from "../../artifacts/ui/patch-files";
import { usePatchRun } from "../../artifacts/ui/use-patch-run";
import type { CreateCommentInput } from "../schema";

/** Under the same key the same comment is written once, however often it is sent. */
type Sending = z.input<typeof CreateCommentInput> & { idempotency_key: string };

/** Writing, editing and deleting comments of a run. Each rejects with why not, for who shows it. */
export function useCommentActions(run_id: string) {
  const patch = usePatchRun(run_id);
  const { client } = trpc.useUtils();
  // Offline it fails at once and says so, where waiting unseen would lose the text with the tab.
  const create = useMutation({
    networkMode: "always",
    mutationFn: ({ idempotency_key, ...input }: Sending) =>
      client.comments.create.mutate(input, { context: { idempotency_key } }),
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
