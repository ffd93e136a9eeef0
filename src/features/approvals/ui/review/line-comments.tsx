"use client";

import { Pencil, Trash2 } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef } from "react";
import { Avatar } from "../../../../components/avatar";
import { Badge } from "../../../../components/badge";
import { Button } from "../../../../components/button";
import { TextareaField } from "../../../../components/field";
import { IconButton } from "../../../../components/icon-button";
import { Markdown } from "../../../../components/markdown";
import { RelativeTime } from "../../../../components/relative-time";
import { withMarks } from "../../../../lib/marks";
import type { LineAnchor, Remarks } from "../../../changes/ui/remarks";
import type { WireRun } from "../../../in-run/ui/wire";
import type { DraftComment, ReviewDraft } from "./review-draft";

type Sent = WireRun["comments"][number];
const noImage = () => null;

/** The comments on lines of a run's changes, those that were sent and those of the draft. */
export function useLineComments(run: WireRun, draft: ReviewDraft, mayWrite: boolean): Remarks {
  const sent = useMemo(
    () => run.comments.filter((comment): comment is Sent & { anchor: LineAnchor } => comment.anchor !== null),
    [run.comments],
  );
  const { comments } = draft;
  return useMemo(() => {
    const byKey = new Map<string, () => ReactNode>();
    const byPath = new Map<string, { key: string; anchor: LineAnchor }[]>();
    const add = (key: string, anchor: LineAnchor, show: () => ReactNode) => {
      byKey.set(key, show);
      byPath.set(anchor.path, [...(byPath.get(anchor.path) ?? []), { key, anchor }]);
    };
    for (const comment of sent)
      add(comment.id, comment.anchor, () => (
        <SentComment comment={comment} outdated={comment.anchor?.snapshot !== run.snapshot} />
      ));
    // A key says too whether it is being written, since the lines are drawn anew only where keys change.
    for (const each of comments)
      add(`${each.key}\0${each.open}`, each, () =>
        each.open ? <CommentField draft={draft} id={each.key} /> : <NotSent draft={draft} comment={each} />,
      );
    return {
      of: (path) => byPath.get(path) ?? [],
      render: (key) => byKey.get(key)?.() ?? null,
      ...(mayWrite ? { onAsk: draft.begin } : {}),
    };
  }, [sent, comments, draft, mayWrite, run.snapshot]);
}

function Box({ label, children }: { label: string; children: ReactNode }) {
  return (
    <article
      aria-label={withMarks(label)}
      className="my-2 ml-4 mr-3 flex max-w-180 min-w-0 flex-col gap-1 rounded-outer border border-line-strong bg-surface px-3 py-2 font-sans text-list whitespace-normal text-text"
    >
      {children}
    </article>
  );
}

function SentComment({ comment, outdated }: { comment: Sent; outdated: boolean }) {
  const name = comment.created_by_name ?? "Somebody who left";
  return (
    <Box label={`Comment of ${name}`}>
      <header className="flex min-w-0 items-center gap-2 text-meta">
        <Avatar name={name} size={20} decorative />
        <span className="min-w-0 truncate text-list font-medium">{withMarks(name)}</span>
        <RelativeTime at={comment.created_at} className="text-faint" />
        {outdated ? <Badge>on earlier files</Badge> : null}
      </header>
      <Markdown text={comment.text} imageOf={noImage} />
    </Box>
  );
}

function NotSent({ draft, comment }: { draft: ReviewDraft; comment: DraftComment }) {
  return (
    <Box label="Your comment, not sent yet">
      <header className="flex min-w-0 items-center gap-2 text-meta">
        <Badge>not sent</Badge>
        <span className="ml-auto flex gap-1">
          <IconButton
            label="Edit the comment"
            icon={Pencil}
            bare
            onClick={() => draft.changeOne(comment.key, { open: true })}
          />
          <IconButton
            label="Remove the comment"
            icon={Trash2}
            bare
            onClick={() => draft.remove(comment.key)}
          />
        </span>
      </header>
      <Markdown text={comment.text} imageOf={noImage} />
    </Box>
  );
}

/** The field of a comment that is being written. What is typed is kept at once. */
function CommentField({ draft, id }: { draft: ReviewDraft; id: string }) {
  const comment = draft.comments.find(({ key }) => key === id);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  if (!comment) return null;
  const isEmpty = comment.text.trim() === "";
  const add = () => {
    if (!isEmpty) draft.changeOne(id, { open: false });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) add();
    if (event.key === "Escape" && isEmpty) draft.remove(id);
  };
  const { line, start_line } = comment;
  return (
    <Box label="A new comment">
      <TextareaField
        ref={field}
        label={start_line === null ? `Comment on line ${line}` : `Comment on lines ${start_line} to ${line}`}
        rows={3}
        maxLength={20_000}
        value={comment.text}
        onChange={(event) => draft.changeOne(id, { text: event.currentTarget.value })}
        onKeyDown={onKeyDown}
      />
      <div className="flex flex-wrap justify-end gap-2">
        <Button variant="ghost" onClick={() => draft.remove(id)}>
          Discard
        </Button>
        <Button variant="primary" disabled={isEmpty} onClick={add}>
          Add to review
        </Button>
      </div>
    </Box>
  );
}
