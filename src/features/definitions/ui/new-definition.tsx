"use client";

import { LayoutTemplate } from "lucide-react";
import { useRouter } from "next/navigation";
import { Button, ButtonLink } from "../../../components/button";
import { PageHeader } from "../../../components/page-header";
import { QueryView } from "../../../components/query-view";
import { SkeletonRows } from "../../../components/skeleton";
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

/** Editor for a new definition that starts as a copy of a template. */
export function NewFromTemplate({ id }: { id: string }) {
  const project = useProject();
  const template = trpc.definitions.template.useQuery({ project_id: project.id, id });
  return (
    <QueryView query={template} skeleton={<SkeletonRows label="Loading the template" />} className="flex-1">
      {({ source }) => <NewDefinition key={id} starter={source} from={id} />}
    </QueryView>
  );
}

/** Editor for a new definition that starts with a small working example, or with a template. */
export function NewDefinition({ starter = STARTER, from = "new" }: { starter?: string; from?: string }) {
  const project = useProject();
  const router = useRouter();
  const utils = trpc.useUtils();
  const root = `/p/${project.slug}/definitions`;
  const draft = useDraft(`phaseboard-draft:${from}:${project.id}`, starter, null);
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
            {from === "new" ? (
              <ButtonLink variant="ghost" icon={LayoutTemplate} href={`${root}?templates`}>
                From a template
              </ButtonLink>
            ) : null}
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
