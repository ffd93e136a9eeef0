"use client";

import { useRouter } from "next/navigation";
import { Button } from "../../../components/button";
import { ButtonLink } from "../../../components/button-link";
import { PageHeader } from "../../../components/page-header";
import { toast } from "../../../components/toast";
import { type ApiError, trpc } from "../../../trpc/react";
import { useProject } from "../../projects/ui/project-provider";
import type { Definition } from "../schema";
import { DefinitionEditor } from "./definition-editor";
import { useDraft } from "./use-draft";

/** Whether the save was refused since the file is another by now. */
const isOfBase = (error: ApiError) => (error.data?.details ?? []).some(({ path }) => path === "base_sha256");

/** Editor for a definition's file. The definition may change meanwhile, on disk or by somebody else. */
export function EditDefinition({ definition }: { definition: Definition }) {
  const project = useProject();
  const router = useRouter();
  const utils = trpc.useUtils();
  const root = `/p/${project.slug}/definitions`;
  const { source, source_sha256 } = definition;
  const draft = useDraft(`phaseboard-draft:${definition.id}`, source ?? "", source_sha256);
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
    onError: (error) => {
      // Another text has come between; the editor shows both.
      if (isOfBase(error)) void utils.definitions.getBySlug.invalidate();
    },
  });
  const blocked = draft.overtaken;
  const save = () => {
    if (update.isPending || blocked) return;
    update.mutate({
      id: definition.id,
      source: draft.source,
      ...(draft.base === null ? {} : { base_sha256: draft.base }),
    });
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
              disabled={!draft.changed || blocked}
              onClick={save}
            >
              Save
            </Button>
          </>
        }
      />
      <DefinitionEditor
        draft={draft}
        type={definition.type}
        path={definition.path}
        theirs={source}
        isKept={definition.status !== "invalid"}
        error={update.error && isOfBase(update.error) ? null : update.error}
        onSave={save}
      />
    </>
  );
}
