"use client";

import { useRouter } from "next/navigation";
import { ConfirmDialog } from "../../../components/confirm-dialog";
import { toast } from "../../../components/toast";
import { withMarks } from "../../../lib/marks";
import { trpc } from "../../../trpc/react";
import { useProject } from "../../projects/ui/project-provider";
import type { Definition } from "../schema";

/** Confirms the deletion and says what is lost. With runs, the definition's name is typed first. */
export function DeleteDefinition({
  open,
  onOpenChange,
  definition,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  definition: Definition;
}) {
  const project = useProject();
  const router = useRouter();
  const utils = trpc.useUtils();
  const remove = trpc.definitions.delete.useMutation({
    onSuccess: () => {
      toast.done(`${definition.name} was deleted`);
      router.replace(`/p/${project.slug}/definitions`);
      void utils.definitions.list.invalidate();
    },
  });
  const count = definition.runs_count;
  const runs = `${count} ${count === 1 ? "run" : "runs"}`;
  const revisions = definition.revisions[0]?.number ?? 0;
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Delete ${definition.name}?`}
      description={
        <>
          This deletes the file <code className="text-code wrap-anywhere">{withMarks(definition.path)}</code>
          {revisions > 1 ? `, its ${revisions} revisions` : ""}
          {count > 0 ? ` and ${runs} with their logs` : ""}. It cannot be undone.
        </>
      }
      confirmLabel={count > 0 ? `Delete it and ${runs}` : "Delete definition"}
      typeToConfirm={count > 0 ? definition.name : undefined}
      onConfirm={() => remove.mutateAsync({ id: definition.id, cascade: count > 0 })}
    />
  );
}
