"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useEffect, useId, useState } from "react";
import { Button } from "../../../components/button";
import { Dialog } from "../../../components/dialog";
import { faultOf, restOfFault } from "../../../components/fault";
import { TextField } from "../../../components/field";
import { FormError } from "../../../components/form-error";
import { trpc } from "../../../trpc/react";

const PATHS = ["name", "path", "git_url"];

export function CreateProjectDialog({
  open,
  onOpenChange,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const form = useId();
  const router = useRouter();
  const utils = trpc.useUtils();
  const [name, setName] = useState("");
  const [path, setPath] = useState("");
  const [url, setUrl] = useState("");
  const create = trpc.projects.create.useMutation({
    onSuccess: (project) => {
      void utils.projects.list.invalidate();
      onOpenChange(false);
      router.push(`/p/${project.slug}`);
    },
  });
  const { reset } = create;
  useEffect(() => {
    if (!open) return;
    setName("");
    setPath("");
    setUrl("");
    reset();
  }, [open, reset]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const given = { path: path.trim(), git_url: url.trim() };
    create.mutate({ name, ...Object.fromEntries(Object.entries(given).filter(([, text]) => text !== "")) });
  };

  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="New project"
      width="sm"
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button type="submit" form={form} variant="primary" busy={create.isPending}>
            Create project
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="flex flex-col gap-4">
        <TextField
          label="Name"
          name="name"
          required
          maxLength={100}
          autoComplete="off"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={faultOf(create.error, "name")}
        />
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
        <FormError message={restOfFault(create.error, PATHS)} />
      </form>
    </Dialog>
  );
}
