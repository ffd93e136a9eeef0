"use client";

import { useMutation } from "@tanstack/react-query";
import type { z } from "zod";
import { trpc } from "../../../trpc/react";
import { withComment, withoutComment } from "../../in-run/ui/patch-files";
import { usePatchRun } from "../../in-run/ui/use-patch-run";
import type { CreateCommentInput } from "../schema";

/** The server writes one comment for each idempotency key, however often it is sent. */
type Sending = z.input<typeof CreateCommentInput> & { idempotency_key: string };

/** Creates, edits, deletes and resolves a run's comments. Each rejects with the reason, for the caller to show. */
export function useCommentActions(run_id: string) {
  const patch = usePatchRun(run_id);
  const { client, comments } = trpc.useUtils();
  // Offline it fails at once: a paused request would be lost when the tab closes.
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
  const resolve = trpc.comments.resolve.useMutation({
    networkMode: "always",
    onSuccess: (comment) => {
      patch((run) => withComment(run, comment));
      return comments.list.invalidate({ run_id });
    },
  });
  return { create, update, remove, resolve };
}
