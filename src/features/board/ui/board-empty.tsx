"use client";

import { FilterX, KanbanSquare, ListTree, Plus, SearchX } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import { Button } from "../../../components/button";
import { ButtonLink } from "../../../components/button-link";
import { EmptyState } from "../../../components/states";
import { useAddress } from "../../../components/use-address";
import { useEver } from "../../../components/use-ever";
import { useProject } from "../../projects/ui/project-provider";

const StartRunDialog = dynamic(() =>
  import("../../definitions/ui/start-run-dialog").then((part) => part.StartRunDialog),
);

/** Shown when the project has no runs yet; explains how to start one. */
export function NoRunsYet({
  hasDefinitions,
  definition,
}: {
  hasDefinitions: boolean;
  definition?: { id: string; name: string };
}) {
  const project = useProject();
  const [starting, setStarting] = useState(false);
  const withDialog = useEver(starting);
  if (!hasDefinitions) {
    return (
      <EmptyState
        icon={ListTree}
        title="No definitions yet"
        className="flex-1"
        action={<ButtonLink href={`/p/${project.slug}/definitions`}>Open definitions</ButtonLink>}
      >
        A definition says which steps a run takes; its runs then move across this board.
      </EmptyState>
    );
  }
  const mayStart = project.may("run:write");
  return (
    <EmptyState
      icon={KanbanSquare}
      title={definition ? `No run of ${definition.name} yet` : "No runs yet"}
      className="flex-1"
      action={
        mayStart ? (
          <Button icon={Plus} onClick={() => setStarting(true)}>
            Start a run
          </Button>
        ) : null
      }
    >
      {mayStart
        ? "Start one, and its card moves across this board by itself, step by step."
        : "Once a member starts one, its card moves across this board by itself."}
      {mayStart && withDialog ? (
        <StartRunDialog
          open={starting}
          onOpenChange={setStarting}
          projectId={project.id}
          projectSlug={project.slug}
          definitionId={definition?.id}
        />
      ) : null}
    </EmptyState>
  );
}

/** Shown when no run matches the filters. */
export function NoMatch() {
  const { set } = useAddress();
  return (
    <EmptyState
      icon={SearchX}
      title="No run matches"
      className="flex-1"
      action={
        <Button icon={FilterX} onClick={() => set({ status: null, person: null, q: null })}>
          Clear the filters
        </Button>
      }
    >
      The filters leave nothing of this project's runs.
    </EmptyState>
  );
}

/** Shown when the address names a definition that does not exist any more. */
export function UnknownDefinition({ slug }: { slug: string }) {
  const { set } = useAddress();
  return (
    <EmptyState
      icon={SearchX}
      title="There is no such definition"
      className="flex-1"
      action={<Button onClick={() => set({ definition: null })}>Show all runs</Button>}
    >
      “{slug}” may have been renamed or deleted.
    </EmptyState>
  );
}
