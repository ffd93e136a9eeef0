"use client";

import { Paperclip, X } from "lucide-react";
import { type ClipboardEvent, useEffect, useRef, useState } from "react";
import { Button } from "../../../components/button";
import { pastedFiles } from "../../../components/dropped-files";
import { sayFault } from "../../../components/fault";
import { FileNameText } from "../../../components/file-name-text";
import { fileSize } from "../../../components/file-size";
import { FormError } from "../../../components/form-error";
import { IconButton } from "../../../components/icon-button";
import { Keys } from "../../../components/kbd";
import { Markdown } from "../../../components/markdown";
import { Select } from "../../../components/select";
import { toast } from "../../../components/toast";
import type { Artifact } from "../../artifacts/schema";
import { FileIcon } from "../../artifacts/ui/file-icon";
import { UploadRow } from "../../artifacts/ui/upload-row";
import { useArtifactActions } from "../../artifacts/ui/use-artifact-actions";
import type { Uploads } from "../../artifacts/ui/use-uploads";
import type { WireRun, WireStep } from "../../in-run/ui/wire";
import { useRunHref } from "../../projects/ui/use-run-href";
import { AnchorView } from "./anchor-view";
import { CommentArea, usePeople } from "./comment-area";
import { setComposerField } from "./composer-focus";
import { holdBack, textToSend } from "./draft-words";
import { type DraftAnchor, NO_DRAFT, sentAs, type useMessageDraft } from "./message-drafts";
import type { useCommentActions } from "./use-comment-actions";

/** Means "the run itself" among the steps. No step can have this id. */
const RUN = "*";

/**
 * Form for a new comment. `about` is the step chosen by default; `onFiles` gets pasted and picked files;
 * `onSent` is called after the server has saved it. If sending fails, everything stays in the form.
 */
export function Composer({
  run,
  about,
  steps,
  message: { draft, change },
  uploads,
  create,
  imageOf,
  onFiles,
  onSent,
}: {
  run: WireRun;
  about: WireStep | undefined;
  /** Steps that a comment can be about, besides the run. */
  steps: readonly WireStep[];
  message: ReturnType<typeof useMessageDraft>;
  uploads: Uploads;
  create: ReturnType<typeof useCommentActions>["create"];
  imageOf: (src: string) => string | null;
  /** Null if there is no step to which a file could belong. */
  onFiles: ((files: File[]) => void) | null;
  onSent: () => void;
}) {
  const [preview, setPreview] = useState(false);
  const people = usePeople();
  const numberHref = useRunHref();
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  // After a lost answer the files may be attached already. A retry must send the same list of files.
  const files = run.artifacts.filter(
    ({ id, workflow_comment_id }) =>
      (workflow_comment_id === null || draft.sent !== null) && draft.artifact_ids.includes(id),
  );
  const anchor = draft.anchor ?? {};
  const uploading = uploads.items.filter(({ state }) => state !== "failed").length;
  const held = holdBack(draft.text, files.length, uploading);
  const ready = held === null && !create.isPending;

  useEffect(() => {
    setComposerField(field.current);
    return () => setComposerField(null);
  }, []);

  const send = async () => {
    if (!ready) return;
    const input = {
      run_id: run.id,
      text: textToSend(draft.text, files.length),
      ...(draft.anchor ? { anchor: sentAnchor(draft.anchor) } : { step_id: about?.step_id }),
      artifact_ids: files.map(({ id }) => id),
    };
    const sent = sentAs(draft, input);
    change(() => ({ sent }));
    const made = await create.mutateAsync({ ...input, idempotency_key: sent.key }).catch(() => null);
    if (!made) return;
    change(() => NO_DRAFT);
    setPreview(false);
    onSent();
  };
  const onPaste = (event: ClipboardEvent) => {
    const pasted = pastedFiles(event.clipboardData);
    if (pasted.length === 0 || !onFiles) return;
    event.preventDefault();
    onFiles(pasted);
  };

  return (
    <section
      aria-label="New comment"
      className="flex max-h-[60%] shrink-0 flex-col gap-1.5 overflow-y-auto border-t border-line bg-surface px-3 pt-2 pb-[max(8px,env(safe-area-inset-bottom))]"
    >
      {preview ? (
        <section
          aria-label="Preview of the comment"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
          tabIndex={0}
          className="max-h-48 min-h-11 overflow-y-auto px-1"
        >
          {draft.text.trim() === "" ? (
            <p className="text-list text-faint">Nothing to preview.</p>
          ) : (
            <Markdown text={draft.text} imageOf={imageOf} mentions={people} numberHref={numberHref} />
          )}
        </section>
      ) : null}
      {draft.anchor ? (
        <AnchorView
          anchor={draft.anchor}
          stepName={run.steps.find(({ step_id }) => "step_id" in anchor && step_id === anchor.step_id)?.name}
          artifact={run.artifacts.find(({ id }) => "artifact_id" in anchor && id === anchor.artifact_id)}
          onRemove={() => {
            change(() => ({ anchor: null }));
            field.current?.focus();
          }}
        />
      ) : null}
      <div hidden={preview}>
        <CommentArea
          ref={field}
          label="Comment"
          placeholder={
            onFiles
              ? "Write a comment, name people by @, or drop a file"
              : "Write a comment, or name people by @"
          }
          value={draft.text}
          onChange={(text) => change(() => ({ text }))}
          onSend={() => void send()}
          onPaste={onPaste}
        />
      </div>
      <DraftFiles run_id={run.id} files={files} change={change} />
      {uploads.items.length > 0 ? (
        <ul aria-label="Uploads" className="divide-y divide-line px-1">
          {uploads.items.map((upload) => (
            <UploadRow key={upload.key} upload={upload} uploads={uploads} />
          ))}
        </ul>
      ) : null}
      <FormError message={create.error ? sayFault(create.error) : null} />
      <div className="flex min-w-0 flex-wrap items-center gap-1">
        {onFiles ? (
          <>
            <input
              ref={picker}
              type="file"
              multiple
              hidden
              aria-label="Files to attach"
              onChange={({ currentTarget }) => {
                onFiles([...(currentTarget.files ?? [])]);
                currentTarget.value = "";
              }}
            />
            <IconButton label="Attach files" icon={Paperclip} onClick={() => picker.current?.click()} />
          </>
        ) : null}
        <Button
          variant="ghost"
          aria-pressed={preview}
          className="px-2 font-normal aria-pressed:text-accent-text"
          onClick={() => setPreview(!preview)}
        >
          Preview
        </Button>
        {steps.length > 0 && !draft.anchor ? (
          <Select
            quiet
            aria-label="What it is about"
            className="max-w-44"
            value={about?.step_id ?? RUN}
            onValueChange={(value) => change(() => ({ on: value }))}
            options={[
              { value: RUN, label: "On the run" },
              ...steps.map((step) => ({ value: step.step_id, label: `On ${step.name}` })),
            ]}
          />
        ) : null}
        <span role="status" className="ml-auto min-w-0 truncate text-meta text-muted">
          {held}
        </span>
        <span aria-hidden className="max-sm:hidden pointer-coarse:hidden">
          {held === null ? <Keys shortcut="mod+enter" /> : null}
        </span>
        <Button variant="primary" busy={create.isPending} disabled={!ready} onClick={() => void send()}>
          Comment
        </Button>
      </div>
    </section>
  );
}

/** As the server takes it, which quotes lines itself. */
function sentAnchor(anchor: DraftAnchor) {
  if (anchor.kind === "image") return anchor;
  const { quote: _, ...sent } = anchor;
  return sent;
}

/** Files uploaded for this draft; sending the comment attaches them. Removing one deletes it. */
function DraftFiles({
  run_id,
  files,
  change,
}: {
  run_id: string;
  files: readonly Artifact[];
  change: ReturnType<typeof useMessageDraft>["change"];
}) {
  const actions = useArtifactActions(run_id);
  if (files.length === 0) return null;
  const remove = async (id: string) => {
    try {
      await actions.remove(id);
      change((draft) => ({ artifact_ids: draft.artifact_ids.filter((each) => each !== id) }));
    } catch (error) {
      toast.failed("The file could not be taken away", {
        description: error instanceof Error ? sayFault(error) : undefined,
      });
    }
  };
  return (
    <ul aria-label="Files of the comment" className="flex flex-wrap gap-1.5 px-1">
      {files.map((file) => (
        <li
          key={file.id}
          className="animate-appear flex h-8 max-w-full min-w-0 items-center gap-2 rounded-outer border border-line pl-2 text-list"
        >
          <FileIcon {...file} size={14} />
          <FileNameText name={file.name} className="max-w-56 min-w-0" />
          <span className="shrink-0 text-meta text-faint">{fileSize(file.size_bytes)}</span>
          <IconButton
            label={`Take away ${file.name}`}
            icon={X}
            bare
            className="size-7"
            onClick={() => void remove(file.id)}
          />
        </li>
      ))}
    </ul>
  );
}
