"use client";

import { FileArchive, FileUp, FolderInput } from "lucide-react";
import { useEffect, useId, useRef, useState, useSyncExternalStore } from "react";
import { Button } from "../../../components/button";
import { ButtonLink } from "../../../components/button-link";
import { useCommands } from "../../../components/commands";
import { Dialog } from "../../../components/dialog";
import { FileDrop } from "../../../components/file-drop";
import { FileNameText } from "../../../components/file-name-text";
import { fileSize } from "../../../components/file-size";
import { FormError } from "../../../components/form-error";
import { ProgressBar } from "../../../components/progress-bar";
import { Spinner } from "../../../components/spinner";
import { trpc } from "../../../trpc/react";
import { ImportResult } from "./import-result";
import { createImportUpload, type ImportState } from "./import-upload";

const upload = createImportUpload();
const NOTHING = upload.read();

const percent = (part: number) => `${Math.floor(part * 100)} %`;

/** The button by which who may make projects brings one in, with its dialog. */
export function ImportProject() {
  const utils = trpc.useUtils();
  const form = useId();
  const state = useSyncExternalStore(upload.watch, upload.read, () => NOTHING);
  const [open, setOpen] = useState(false);
  useEffect(() => {
    upload.show(open);
    return () => upload.show(false);
  }, [open]);
  useCommands([
    {
      id: "projects.import",
      label: "Import a project",
      group: "Projects",
      icon: FolderInput,
      run: () => setOpen(true),
    },
  ]);
  const toggle = (next: boolean) => {
    setOpen(next);
    // What was seen is over; what is under way goes on.
    if (!next && state.kind !== "sending") upload.choose(null);
  };
  const begin = (file: File) => void upload.start(file, () => void utils.projects.invalidate());
  const { title, description, footer } = partsOf(state, form, () => toggle(false));
  return (
    <>
      <Button icon={FolderInput} onClick={() => setOpen(true)}>
        {state.kind === "sending" ? (
          `Importing ${percent(state.part)}`
        ) : (
          <span className="max-md:sr-only">Import</span>
        )}
      </Button>
      <Dialog open={open} onOpenChange={toggle} title={title} description={description} footer={footer}>
        {state.kind === "choosing" ? (
          <ChooseFile id={form} {...state} onChoose={upload.choose} onSubmit={begin} />
        ) : state.kind === "sending" ? (
          <Sending {...state} />
        ) : (
          <ImportResult imported={state.imported} />
        )}
      </Dialog>
    </>
  );
}

function partsOf(state: ImportState, form: string, close: () => void) {
  switch (state.kind) {
    case "choosing":
      return {
        title: "Import a project",
        description: "From the file that an export gave: Settings, Export in another installation.",
        footer: (
          <>
            <Button onClick={close}>Cancel</Button>
            <Button type="submit" form={form} variant="primary" disabled={state.file === null}>
              Import project
            </Button>
          </>
        ),
      };
    case "sending":
      return {
        title: "Importing",
        description: "It goes on while this is closed; keep the tab open until all is sent.",
        footer: (
          <>
            <Button onClick={upload.stop} disabled={state.part >= 1}>
              Stop the import
            </Button>
            <Button variant="primary" onClick={close}>
              Hide
            </Button>
          </>
        ),
      };
    case "done":
      return {
        title: `${state.imported.project.name} is here`,
        description: "With its history, as it was. You own it, and answer for its schedules and webhooks.",
        footer: (
          <>
            <Button onClick={close}>Close</Button>
            <ButtonLink
              variant="primary"
              href={`/p/${state.imported.project.slug}`}
              onClick={() => upload.choose(null)}
            >
              Open the project
            </ButtonLink>
          </>
        ),
      };
  }
}

function ChooseFile({
  id,
  file,
  fault,
  onChoose,
  onSubmit,
}: {
  id: string;
  file: File | null;
  fault: string | null;
  onChoose: (file: File) => void;
  onSubmit: (file: File) => void;
}) {
  const picker = useRef<HTMLInputElement>(null);
  return (
    <form
      id={id}
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (file) onSubmit(file);
      }}
    >
      <FileDrop
        label="Drop to choose it"
        disabled={false}
        onFiles={([first]) => first && onChoose(first)}
        className="flex flex-col items-center gap-3 rounded-outer border border-dashed border-line-strong px-4 py-8 text-center"
      >
        {file ? (
          <p className="flex max-w-full min-w-0 items-center gap-2 text-list">
            <FileArchive aria-hidden size={16} className="shrink-0 text-muted" />
            <FileNameText name={file.name} className="min-w-0 font-medium" />
            <span className="shrink-0 text-muted">{fileSize(file.size)}</span>
          </p>
        ) : (
          <p className="text-list text-pretty text-muted">
            <span className="max-sm:hidden pointer-coarse:hidden">Drop the file here, or choose it. </span>
            Its name ends in <code className="text-code whitespace-nowrap">.phaseboard.tar.gz</code>
          </p>
        )}
        <Button icon={FileUp} onClick={() => picker.current?.click()}>
          {file ? "Choose another file" : "Choose the file"}
        </Button>
        <input
          ref={picker}
          type="file"
          hidden
          accept=".gz,.tgz,application/gzip"
          aria-label="Archive of a project"
          onChange={({ currentTarget }) => {
            const [first] = currentTarget.files ?? [];
            if (first) onChoose(first);
            currentTarget.value = "";
          }}
        />
      </FileDrop>
      <FormError message={fault} />
      <p className="text-meta text-pretty text-muted">
        People are found by their e-mail and keep their roles. Values of secrets are not in the file: you are
        told which to set.
      </p>
    </form>
  );
}

function Sending({ file, part }: { file: File; part: number }) {
  const sent = part >= 1;
  return (
    <div className="flex flex-col gap-2 py-2 text-list">
      <p className="flex min-w-0 items-baseline gap-2">
        <FileNameText name={file.name} className="min-w-0 font-medium" />
        <span className="ml-auto shrink-0 text-muted">
          {fileSize(part * file.size)} of {fileSize(file.size)}
        </span>
      </p>
      <ProgressBar value={part} label={`Upload of ${file.name}`} />
      <p role="status" className="flex min-h-5 items-center gap-2 text-muted">
        {sent ? (
          <>
            <Spinner /> All of it is sent. The server checks it and puts it in its place.
          </>
        ) : (
          `${percent(part)} sent`
        )}
      </p>
    </div>
  );
}
