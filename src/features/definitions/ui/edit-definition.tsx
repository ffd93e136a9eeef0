"use client";

import { useRouter } from "next/navigation";
import { Button, ButtonLink } from "../../../components/button";
import { PageHeader } from "../../../components/page-header";
import { toast } from "../../../components/toast";
import { trpc } from "../../../trpc/react";
import { useProject } from "../../projects/ui/project-provider";
import type { Definition } from "../schema";
import { DefinitionEditor } from "./definition-editor";
import { useDraft } from "./use-draft";

export function EditDefinition({ definition, source }: { definition: Definition; source: string }) {
  const project = useProject();
  const router = useRouter();
  const utils = trpc.useUtils();
  const root = `/p/${project.slug}/definitions`;
  const draft = useDraft(`phaseboard-draft:${definition.id}`, source, definition.revision);
  const update = trpc.definitions.update.useMutation({
    onSuccess: (saved) => {
      draft.clear();
      utils.definitions.getBySlug.setData({ project_id: project.id, slug: saved.slug }, saved);
      void utils.definitions.invalidate();
      toast.done(
        saved.revision === definition.revision ? "Nothing changed" : `Saved as revision ${saved.revision}`,
      );
      router.replace(`${root}/${saved.slug}`);
    },
  });
  const save = () => {
    if (!update.isPending) update.mutate({ id: definition.id, source: draft.source });
  };
  return (
    <>
      <PageHeader
        back={{ label: "Definitions", href: root }}
        title={`Edit ${definition.name}`}
        actions={
          <>
            <ButtonLink variant="ghost" href={`${root}/${definition.slug}`}>
              Close
            </ButtonLink>
            <Button
              variant="primary"
              busy={update.isPending || update.isSuccess}
              disabled={!draft.changed}
              onClick={save}
            >
              Save
            </Button>
          </>
        }
      />
      <DefinitionEditor draft={draft} base={definition.revision} error={update.error} onSave={save} />
    </>
  );
}
