"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "../../../components/button";
import { ConfirmDialog } from "../../../components/confirm-dialog";
import { Section } from "../../../components/section";
import { toast } from "../../../components/toast";
import { trpc } from "../../../trpc/react";
import { useProject } from "./project-provider";

const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** Deletes the project after saying what is lost. Shown only to people who may. */
export function DangerZone() {
  const project = useProject();
  const router = useRouter();
  const utils = trpc.useUtils();
  const [asking, setAsking] = useState(false);
  const counts = trpc.runs.counts.useQuery({ project_id: project.id }, { enabled: asking });
  const definitions = trpc.definitions.list.useQuery({ project_id: project.id }, { enabled: asking });
  const remove = trpc.projects.delete.useMutation({
    onSuccess: () => {
      toast.done(`${project.name} was deleted`);
      router.push("/projects");
      void utils.projects.list.invalidate();
    },
  });
  if (!project.may("project:delete")) return null;

  const runs = counts.data && Object.values(counts.data).reduce((sum, count) => sum + count, 0);
  const lost = [
    ...(runs === undefined ? ["its runs"] : runs > 0 ? [plural(runs, "run")] : []),
    ...(runs === 0 ? [] : ["their logs"]),
    ...(definitions.data ? [plural(definitions.data.items.length, "definition")] : ["its definitions"]),
  ];
  return (
    <Section title="Delete the project" tone="danger">
      <div className="flex flex-wrap items-center justify-between gap-3 p-4">
        <p className="min-w-0 flex-1 basis-60 text-pretty text-muted">
          Its definitions, runs and logs go with it, for every member.{" "}
          {project.made_by_us
            ? "Its folder stays in the trash of the server for a week."
            : "Its folder, which Phaseboard did not make, stays on the disk."}
        </p>
        <Button variant="danger" onClick={() => setAsking(true)}>
          Delete project
        </Button>
      </div>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`Delete ${project.name}?`}
        description={`This deletes ${lost.join(", ")}. It cannot be undone.`}
        confirmLabel="Delete project"
        typeToConfirm={project.name}
        onConfirm={() => remove.mutateAsync({ id: project.id })}
      />
    </Section>
  );
}
