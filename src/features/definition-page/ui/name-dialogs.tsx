"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { faultOf } from "../../../components/fault";
import { TextField } from "../../../components/field";
import { FormDialog } from "../../../components/form-dialog";
import { NameField } from "../../../components/name-field";
import { toast } from "../../../components/toast";
import { slugOf } from "../../../lib/slug";
import { trpc } from "../../../trpc/react";
import type { Definition } from "../../definitions/schema";
import { useProject } from "../../projects/ui/project-provider";

const endingOf = (path: string) => path.slice(path.lastIndexOf("."));

/** Asks for another name; the file's follows it until it is written otherwise. Render it only while it is open. */
export function RenameDialog({ definition, onClose }: { definition: Definition; onClose: () => void }) {
  const project = useProject();
  const router = useRouter();
  const utils = trpc.useUtils();
  const [name, setName] = useState(definition.name);
  const [file, setFile] = useState<string | null>(null);
  const follows = name === definition.name ? definition.slug : slugOf(name) || definition.slug;
  const slug = file ?? follows;
  const rename = trpc.definitions.rename.useMutation({
    onSuccess: (saved) => {
      onClose();
      utils.definitions.getBySlug.setData({ project_id: project.id, slug: saved.slug }, saved);
      toast.done(`It is called ${saved.name} now`);
      if (saved.slug !== definition.slug) router.replace(`/p/${project.slug}/definitions/${saved.slug}`);
      void utils.definitions.list.invalidate();
    },
  });
  const submit = () =>
    rename.mutate({
      id: definition.id,
      ...(name.trim() === definition.name ? {} : { name }),
      ...(slug === definition.slug ? {} : { slug }),
    });
  return (
    <FormDialog
      title={`Rename ${definition.name}`}
      submitLabel="Rename"
      sending={rename}
      paths={["name", "slug"]}
      onSubmit={submit}
      onClose={onClose}
    >
      <NameField value={name} onChange={setName} error={faultOf(rename.error, "name")} />
      <TextField
        label="File"
        name="slug"
        required
        mono
        autoComplete="off"
        spellCheck={false}
        maxLength={60}
        hint={
          slug === definition.slug
            ? `${slug}${endingOf(definition.path)} stays as it is.`
            : `${slug}${endingOf(definition.path)}. What calls it ${definition.slug}, in addresses and by the API, finds it no more.`
        }
        value={slug}
        onChange={(event) => setFile(event.currentTarget.value)}
        error={faultOf(rename.error, "slug")}
      />
    </FormDialog>
  );
}

/** Asks for the name of a copy, and opens it. Render it only while it is open. */
export function DuplicateDialog({ definition, onClose }: { definition: Definition; onClose: () => void }) {
  const project = useProject();
  const router = useRouter();
  const utils = trpc.useUtils();
  const [name, setName] = useState(`${definition.name} copy`);
  const duplicate = trpc.definitions.duplicate.useMutation({
    onSuccess: (made) => {
      onClose();
      void utils.definitions.list.invalidate();
      toast.done(`${made.name} was made`);
      router.push(`/p/${project.slug}/definitions/${made.slug}`);
    },
  });
  return (
    <FormDialog
      title={`Duplicate ${definition.name}`}
      description="The copy gets a file of its own. Its schedules and webhooks are off until you switch them on."
      submitLabel="Duplicate"
      sending={duplicate}
      paths={["name", "source"]}
      onSubmit={() => duplicate.mutate({ id: definition.id, name })}
      onClose={onClose}
    >
      <NameField
        value={name}
        onChange={setName}
        error={faultOf(duplicate.error, "name") ?? (faultOf(duplicate.error, "source") && "is taken")}
      />
    </FormDialog>
  );
}
