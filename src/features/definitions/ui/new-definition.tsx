"use client";

import { useRouter } from "next/navigation";
import { Button, ButtonLink } from "../../../components/button";
import { PageHeader } from "../../../components/page-header";
import { toast } from "../../../components/toast";
import { trpc } from "../../../trpc/react";
import { useProject } from "../../projects/ui/project-provider";
import { DefinitionEditor } from "./definition-editor";
import { useDraft } from "./use-draft";

const STARTER = `name: My workflow
description: What it is for, in one line
phases: [build, test]
steps:
  - id: build
    phase: build
    type: script
    run: npm run build
  - id: test
    phase: test
    type: script
    run: npm test
`;

/** Writes a definition from a small one that works. */
export function NewDefinition() {
  const project = useProject();
  const router = useRouter();
  const utils = trpc.useUtils();
  const root = `/p/${project.slug}/definitions`;
  const draft = useDraft(`phaseboard-draft:new:${project.id}`, STARTER, null);
  const create = trpc.definitions.create.useMutation({
    onSuccess: (definition) => {
      draft.clear();
      void utils.definitions.list.invalidate();
      toast.done(`${definition.name} was created`);
      router.replace(`${root}/${definition.slug}`);
    },
  });
  const save = () => {
    if (!create.isPending) create.mutate({ project_id: project.id, source: draft.source });
  };
  return (
    <>
      <PageHeader
        back={{ label: "Definitions", href: root }}
        title="New definition"
        actions={
          <>
            <ButtonLink variant="ghost" href={root}>
              Cancel
            </ButtonLink>
            <Button variant="primary" busy={create.isPending || create.isSuccess} onClick={save}>
              Create definition
            </Button>
          </>
        }
      />
      <DefinitionEditor draft={draft} base={null} error={create.error} onSave={save} />
    </>
  );
}
