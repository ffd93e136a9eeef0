"use client";

import { Bot, Ellipsis, Link2, Pencil, Reply, Trash2 } from "lucide-react";
import { memo, useMemo, useState } from "react";
import { Avatar } from "../../../components/avatar";
import { Badge } from "../../../components/badge";
import { ConfirmDialog } from "../../../components/confirm-dialog";
import { copyLink } from "../../../components/copy-text";
import { cx } from "../../../components/cx";
import { IconButton } from "../../../components/icon-button";
import { Markdown } from "../../../components/markdown";
import { Menu, MenuItem, MenuSeparator } from "../../../components/menu";
import { RelativeTime } from "../../../components/relative-time";
import { SuggestionDiff } from "../../../components/suggestion-diff";
import { linkTo } from "../../../components/use-address";
import { withMarks } from "../../../lib/marks";
import type { WireArtifact } from "../../in-run/ui/wire";
import { useRunHref } from "../../projects/ui/use-run-href";
import type { Comment } from "../schema";
import { AnchorView } from "./anchor-view";
import { CommentEditor } from "./comment-editor";
import { CommentFiles } from "./comment-files";
import { systemSign } from "./system-sign";
import type { useCommentActions } from "./use-comment-actions";

export interface CommentStep {
  step_id: string;
  name: string;
}

interface ItemProps {
  comment: Comment;
  /** The comment's step; undefined if it is about the run itself. */
  step: CommentStep | undefined;
  onStep: (step_id: string) => void;
  imageOf: (src: string) => string | null;
  artifactOf: (id: string) => WireArtifact | undefined;
  /** The address names this comment. */
  sought: boolean;
}

/** A system comment, as one quiet line. */
export const SystemComment = memo(function SystemComment({ comment, imageOf, sought }: ItemProps) {
  const Sign = systemSign(comment.text);
  return (
    <li
      id={`comment-${comment.id}`}
      className={cx(
        "flex min-w-0 items-center gap-2 px-4 py-1 text-meta text-muted",
        sought && "bg-accent-soft",
      )}
    >
      <span className="flex w-6 shrink-0 justify-center">
        <Sign aria-hidden size={14} className="text-faint" />
      </span>
      <Markdown text={comment.text} imageOf={imageOf} className="markdown-quiet" />
      <span aria-hidden className="text-faint">
        ·
      </span>
      <RelativeTime at={comment.created_at} className="text-faint" />
    </li>
  );
});

/** A comment of a person or an agent, with the actions that the reader may take. */
export const CommentItem = memo(function CommentItem({
  comment,
  step,
  onStep,
  imageOf,
  artifactOf,
  sought,
  isAnswer,
  edits,
  deletes,
  remove,
  onAnswer,
}: ItemProps & {
  isAnswer: boolean;
  edits: boolean;
  deletes: boolean;
  /** Begins an answer to it; null for who may not. */
  onAnswer: (() => void) | null;
} & Pick<ReturnType<typeof useCommentActions>, "remove">) {
  const numberHref = useRunHref();
  const [editing, setEditing] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const name = comment.created_by_name ?? "Somebody who left";
  const agent = comment.comment_type === "agent";
  const { anchor } = comment;
  const before = anchor?.kind === "change" ? (anchor.quote ?? null) : null;
  const suggests = useMemo(
    () => (after: string) => <SuggestionDiff before={before} after={after} />,
    [before],
  );
  return (
    <div
      className={cx(
        "group relative flex min-w-0 gap-2 px-4 py-2 transition-colors",
        sought ? "bg-accent-soft" : "hover:bg-hover/50",
      )}
    >
      {agent ? (
        <span className="flex size-6 shrink-0 items-center justify-center rounded-full bg-pressed text-muted">
          <Bot aria-hidden size={14} />
        </span>
      ) : (
        <Avatar name={name} size={24} decorative />
      )}
      <article aria-label={withMarks(`Comment of ${name}`)} className="min-w-0 flex-1">
        <header className="flex min-h-6 min-w-0 flex-wrap items-center gap-x-2 pr-7 text-meta">
          <span className="max-w-full min-w-0 truncate text-list font-medium">{withMarks(name)}</span>
          {agent ? <Badge>agent</Badge> : null}
          <RelativeTime at={comment.created_at} className="text-faint" />
          {comment.updated_at > comment.created_at ? <span className="text-faint">edited</span> : null}
          {step && !isAnswer && anchor === null ? (
            <button
              type="button"
              onClick={() => onStep(step.step_id)}
              className="max-w-48 min-w-0 truncate rounded-inner border border-line px-1.5 text-muted transition-colors hover:border-line-strong hover:text-text"
            >
              <span className="sr-only">On the step </span>
              {withMarks(step.name)}
            </button>
          ) : null}
        </header>
        {anchor === null ? null : (
          <AnchorView
            anchor={anchor}
            stepName={step?.name}
            artifact={"artifact_id" in anchor ? artifactOf(anchor.artifact_id) : undefined}
            comment_id={comment.id}
          />
        )}
        {editing ? (
          <CommentEditor comment={comment} onClose={() => setEditing(false)} />
        ) : (
          <Markdown
            text={comment.text}
            imageOf={imageOf}
            mentions={comment.mentions}
            numberHref={numberHref}
            suggests={suggests}
          />
        )}
        <CommentFiles artifacts={comment.artifacts} />
      </article>
      <span className="absolute top-1.5 right-3 opacity-0 transition-opacity group-focus-within:opacity-100 group-hover:opacity-100 has-[[data-popup-open]]:opacity-100 pointer-coarse:opacity-100">
        <Menu
          trigger={
            <IconButton
              label={`Actions for the comment of ${name}`}
              icon={Ellipsis}
              bare
              className="size-6 pointer-coarse:size-9"
            />
          }
        >
          {onAnswer ? (
            <MenuItem icon={Reply} onClick={onAnswer}>
              Answer
            </MenuItem>
          ) : null}
          <MenuItem icon={Link2} onClick={() => copyLink(linkTo({ more: "comments", comment: comment.id }))}>
            Copy link
          </MenuItem>
          {edits ? (
            <MenuItem icon={Pencil} onClick={() => setEditing(true)}>
              Edit
            </MenuItem>
          ) : null}
          {deletes ? (
            <>
              <MenuSeparator />
              <MenuItem icon={Trash2} danger onClick={() => setDeleting(true)}>
                Delete…
              </MenuItem>
            </>
          ) : null}
        </Menu>
      </span>
      {deleting ? (
        <ConfirmDialog
          open
          onOpenChange={setDeleting}
          title={edits ? "Delete this comment?" : `Delete the comment of ${name}?`}
          description={deleteWords(comment.artifacts.length)}
          confirmLabel="Delete the comment"
          onConfirm={() => remove.mutateAsync({ id: comment.id })}
        />
      ) : null}
    </div>
  );
});

function deleteWords(files: number): string {
  const gone = "Its text is gone for everybody, for good.";
  if (files === 0) return gone;
  return `${gone} The ${files === 1 ? "file" : `${files} files`} attached to it ${files === 1 ? "stays" : "stay"} with the run.`;
}
