"use client";

import { Dialog } from "../../../components/dialog";
import { QueryView } from "../../../components/query-view";
import { SkeletonRows } from "../../../components/skeleton";
import { trpc } from "../../../trpc/react";
import { StartRunDialog } from "../../definitions/ui/start-run-dialog";
import { withNumber } from "../../in-run/ui/run-facts";
import type { WireRun } from "../../in-run/ui/wire";
import { useProject } from "../../projects/ui/project-provider";

/** The form of a new run, filled in with the args of this one. A list has no large args, so they are read first. */
export function RunAgainDialog({
  run,
  onClose,
}: {
  run: Pick<WireRun, "id" | "name" | "number" | "workflow_definition_id"> & { args: WireRun["args"] | null };
  onClose: () => void;
}) {
  const project = useProject();
  const query = trpc.runs.get.useQuery({ id: run.id }, { enabled: run.args === null });
  const title = `Run ${withNumber(run)} again`;
  const args = run.args ?? query.data?.args;
  const onOpenChange = (open: boolean) => !open && onClose();
  if (args === undefined) {
    return (
      <Dialog open onOpenChange={onOpenChange} title={title}>
        <QueryView query={query} skeleton={<SkeletonRows rows={3} label="Loading the args" />}>
          {() => null}
        </QueryView>
      </Dialog>
    );
  }
  return (
    <StartRunDialog
      open
      onOpenChange={onOpenChange}
      title={title}
      projectId={project.id}
      projectSlug={project.slug}
      definitionId={run.workflow_definition_id}
      args={args}
    />
  );
}
