"use client";

import { sayFault } from "../../../components/fault";
import { toast } from "../../../components/toast";
import { trpc } from "../../../trpc/react";
import { patchArtifact, withoutArtifact } from "../../in-run/ui/patch-files";
import { usePatchRun } from "../../in-run/ui/use-patch-run";

/** Actions on a run's artifacts. The page changes as soon as the server has answered. */
export function useArtifactActions(run_id: string) {
  const patch = usePatchRun(run_id);
  const showMoved = {
    networkMode: "always",
    onSuccess: ({ id, workflow_comment_id }: { id: string; workflow_comment_id: string | null }) =>
      patch((run) => patchArtifact(run, id, workflow_comment_id)),
  } as const;
  const refused = (what: string) => (error: Parameters<typeof sayFault>[0]) =>
    toast.failed(what, { description: sayFault(error) });
  const attach = trpc.artifacts.attach.useMutation({
    ...showMoved,
    onError: refused("The artifact could not be attached"),
  });
  const detach = trpc.artifacts.detach.useMutation({
    ...showMoved,
    onError: refused("The artifact could not be detached"),
  });
  const remove = trpc.artifacts.delete.useMutation({
    networkMode: "always",
    onSuccess: ({ id }) => patch((run) => withoutArtifact(run, id)),
  });
  return {
    attach: (id: string, comment_id: string) => attach.mutate({ id, comment_id }),
    detach: (id: string) => detach.mutate({ id }),
    remove: (id: string) => remove.mutateAsync({ id }),
  };
}

export type ArtifactActions = ReturnType<typeof useArtifactActions>;
