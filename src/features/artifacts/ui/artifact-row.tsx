"use client";

import {
  Archive,
  Download,
  Ellipsis,
  Eye,
  FileX,
  Link2,
  MessageSquare,
  MessageSquareOff,
  Trash2,
} from "lucide-react";
import { useState } from "react";
import { ConfirmDialog } from "../../../components/confirm-dialog";
import { copyLink } from "../../../components/copy-text";
import { FileNameText } from "../../../components/file-name-text";
import { fileSize } from "../../../components/file-size";
import { IconButton } from "../../../components/icon-button";
import { Menu, MenuGroup, MenuItem, MenuSeparator } from "../../../components/menu";
import { RelativeTime } from "../../../components/relative-time";
import { useAddress } from "../../../components/use-address";
import { LIST_ITEM } from "../../../components/use-list-navigation";
import { withMarks } from "../../../lib/marks";
import type { WireComment } from "../../in-run/ui/wire";
import type { Artifact } from "../schema";
import { downloadUrl } from "./artifact-urls";
import { deleteWords, excerpt, shortName } from "./artifact-words";
import { Thumbnail } from "./thumbnail";
import type { ArtifactActions } from "./use-artifact-actions";
import { previewLink, useOpenArtifact } from "./use-open-artifact";

/** Only this many of the newest comments are offered; more would need a search. */
const COMMENT_CHOICES = 20;

const writerOf = (comment: WireComment) => comment.created_by_name ?? "Phaseboard";

/** One artifact in the list. Without `writes` it is read-only. */
export function ArtifactRow({
  artifact,
  comments,
  actions,
  writes,
}: {
  artifact: Artifact;
  comments: readonly WireComment[];
  actions: ArtifactActions;
  writes: boolean;
}) {
  const { open } = useOpenArtifact();
  const { set } = useAddress();
  const [deleting, setDeleting] = useState(false);
  const comment = comments.find(({ id }) => id === artifact.workflow_comment_id);
  return (
    <li className="group relative flex min-h-9 items-center gap-2.5 px-4 py-1 text-list transition-colors hover:bg-hover has-[[data-list-item]:focus-visible]:bg-hover pointer-coarse:min-h-11">
      <Thumbnail artifact={artifact} />
      <button
        {...LIST_ITEM}
        type="button"
        onClick={() => open(artifact.id)}
        className="min-w-0 text-left outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-focus"
      >
        <FileNameText name={artifact.name} />
      </button>
      {artifact.removed_at !== null ? (
        <span className="flex shrink-0 items-center gap-1 text-meta text-faint">
          <Archive aria-hidden size={12} />
          Removed by retention
        </span>
      ) : artifact.file_missing ? (
        <span className="flex shrink-0 items-center gap-1 text-meta text-failed">
          <FileX aria-hidden size={12} />
          File is gone
        </span>
      ) : null}
      {comment ? (
        <button
          type="button"
          title={withMarks(excerpt(comment.text, 120))}
          onClick={() => set({ more: "comments", comment: comment.id, on: null })}
          className="relative flex max-w-40 min-w-0 shrink items-center gap-1 rounded-inner px-1 text-meta text-muted hover:bg-pressed hover:text-text max-sm:max-w-24"
        >
          <MessageSquare aria-hidden size={12} className="shrink-0" />
          <span className="sr-only">On a comment of </span>
          <span className="truncate">{writerOf(comment)}</span>
        </button>
      ) : null}
      <span className="relative ml-auto flex shrink-0 items-center gap-3 text-meta text-faint">
        <span>{fileSize(artifact.size_bytes)}</span>
        <RelativeTime at={artifact.created_at} className="w-16 text-right max-sm:hidden" />
        <Menu
          trigger={
            <IconButton
              label={`Actions for ${shortName(artifact.name)}`}
              icon={Ellipsis}
              bare
              className="-mr-2 size-6 pointer-coarse:size-9"
            />
          }
        >
          <MenuItem icon={Eye} onClick={() => open(artifact.id)}>
            Open
          </MenuItem>
          {artifact.file_missing ? null : (
            <MenuItem icon={Download} onClick={() => download(artifact.id)}>
              Download
            </MenuItem>
          )}
          <MenuItem icon={Link2} onClick={() => copyLink(previewLink(artifact.id))}>
            Copy link
          </MenuItem>
          {writes ? (
            <WriteItems
              artifact={artifact}
              comments={comments}
              actions={actions}
              onDelete={() => setDeleting(true)}
            />
          ) : null}
        </Menu>
      </span>
      {deleting ? (
        <ConfirmDialog
          open
          onOpenChange={setDeleting}
          title={`Delete ${shortName(artifact.name)}?`}
          description={deleteWords(artifact, comment ? writerOf(comment) : null)}
          confirmLabel="Delete the artifact"
          onConfirm={() => actions.remove(artifact.id)}
        />
      ) : null}
    </li>
  );
}

/** The response is an attachment, so the browser stays on the page. */
function download(id: string): void {
  const link = document.createElement("a");
  link.href = downloadUrl(id);
  link.download = "";
  link.click();
}

function WriteItems({
  artifact,
  comments,
  actions,
  onDelete,
}: {
  artifact: Artifact;
  comments: readonly WireComment[];
  actions: ArtifactActions;
  onDelete: () => void;
}) {
  const attachable = comments
    .filter(({ id, comment_type }) => comment_type !== "system" && id !== artifact.workflow_comment_id)
    .slice(-COMMENT_CHOICES)
    .reverse();
  return (
    <>
      {artifact.workflow_comment_id === null ? null : (
        <MenuItem icon={MessageSquareOff} onClick={() => actions.detach(artifact.id)}>
          Detach from its comment
        </MenuItem>
      )}
      {attachable.length > 0 ? (
        <>
          <MenuSeparator />
          <MenuGroup label="Attach to a comment">
            {attachable.map((comment) => (
              <MenuItem
                key={comment.id}
                icon={MessageSquare}
                onClick={() => actions.attach(artifact.id, comment.id)}
              >
                {`${writerOf(comment)}: ${excerpt(comment.text)}`}
              </MenuItem>
            ))}
          </MenuGroup>
        </>
      ) : null}
      <MenuSeparator />
      <MenuItem icon={Trash2} danger onClick={onDelete}>
        Delete…
      </MenuItem>
    </>
  );
}
