"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { faultOf } from "../../../components/fault";
import { TextField } from "../../../components/field";
import { FormDialog } from "../../../components/form-dialog";
import { NameField } from "../../../components/name-field";
import { trpc } from "../../../trpc/react";

const PATHS = ["name", "path", "git_url"];

/** Makes a project and opens its board. Render it only while it is open. */
export function CreateProjectDialog({ onClose }: { onClose: () => void }) {
  const router = useRouter();
  const utils = trpc.useUtils();
  const [name, setName] = useState("");
  const [path, setPath] = useState("");
  const [url, setUrl] = useState("");
  const create = trpc.projects.create.useMutation({
    onSuccess: (project) => {
      void utils.projects.list.invalidate();
      onClose();
      router.push(`/p/${project.slug}`);
    },
  });
  const submit = () => {
    const given = { path: path.trim(), git_url: url.trim() };
    create.mutate({ name, ...Object.fromEntries(Object.entries(given).filter(([, text]) => text !== "")) });
  };
  return (
    <FormDialog
      title="New project"
      submitLabel="Create project"
      sending={create}
      paths={PATHS}
      onSubmit={submit}
      onClose={onClose}
    >
      <NameField value={name} onChange={setName} error={faultOf(create.error, "name")} />
      <TextField
        label="Folder"
        name="path"
        optional
        mono
        placeholder="/srv/projects/site"
        autoComplete="off"
        spellCheck={false}
        hint="An absolute path on the server. Left empty, Phaseboard makes a folder of its own."
        value={path}
        onChange={(event) => setPath(event.currentTarget.value)}
        error={faultOf(create.error, "path")}
      />
      <TextField
        label="Git repository"
        name="git_url"
        optional
        mono
        placeholder="https://example.com/team/site.git"
        autoComplete="off"
        spellCheck={false}
        hint="Is cloned into a folder of Phaseboard's own, with the credentials of the server's git. A large one takes minutes."
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
        error={faultOf(create.error, "git_url")}
      />
    </FormDialog>
  );
}
