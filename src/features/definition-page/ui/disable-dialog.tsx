"use client";

import { ConfirmDialog } from "../../../components/confirm-dialog";
import { toast } from "../../../components/toast";
import { withMarks } from "../../../lib/marks";
import { trpc } from "../../../trpc/react";
import type { Definition } from "../../definitions/schema";
import { useProject } from "../../projects/ui/project-provider";

/** Asks before a definition is disabled, and says what that stops. */
export function DisableDialog({
  open,
  onClose,
  definition,
}: {
  open: boolean;
  onClose: () => void;
  definition: Definition;
}) {
  const utils = trpc.useUtils();
  const { id: project_id } = useProject();
  const { id, name, slug } = definition;
  const disable = trpc.definitions.setEnabled.useMutation({
    onSuccess: (saved) => {
      utils.definitions.getBySlug.setData({ project_id, slug }, saved);
      void utils.definitions.list.invalidate();
      void utils.triggers.invalidate();
      toast.done(`${name} is disabled`);
    },
  });
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={(next) => next || onClose()}
      title={`Disable ${withMarks(name)}?`}
      description="Nobody can start it, and its schedules and webhooks do not go off until it is enabled. Times that are missed are not made up for. Runs that have started go on."
      danger={false}
      confirmLabel="Disable"
      onConfirm={() => disable.mutateAsync({ id, enabled: false })}
    />
  );
}
