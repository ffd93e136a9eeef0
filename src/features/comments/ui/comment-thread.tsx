"use client";

import { CheckCircle2, ChevronDown, ChevronRight, CircleDot, Reply } from "lucide-react";
import { useCallback, useEffect, useRef, useState } from "react";
import { announce } from "../../../components/announcer";
import { Button } from "../../../components/button";
import { cx } from "../../../components/cx";
import { sayFault } from "../../../components/fault";
import { RelativeTime } from "../../../components/relative-time";
import { toast } from "../../../components/toast";
import { withMarks } from "../../../lib/marks";
import type { WireArtifact } from "../../in-run/ui/wire";
import { mayDeleteComment, mayEditComment, type Reader } from "../rights";
import { anchorWords } from "./anchor-view";
import { AnswerField, useAnswerDraft } from "./answer-field";
import { CommentItem, type CommentStep, SystemComment } from "./comment-item";
import type { Thread } from "./threads";
import type { useCommentActions } from "./use-comment-actions";

interface Props {
  thread: Thread;
  step: CommentStep | undefined;
  reader: Reader;
  /** The comment that the address names. */
  sought: string | null;
  writes: boolean;
  actions: Pick<ReturnType<typeof useCommentActions>, "remove" | "resolve">;
  imageOf: (src: string) => string | null;
  artifactOf: (id: string) => WireArtifact | undefined;
  onStep: (step_id: string) => void;
}

/** A comment, its answers, and what can be done with all of them. A resolved thread is one line until it is opened. */
export function CommentThread(props: Props) {
  const { thread, step, reader, sought, writes, actions, imageOf, artifactOf, onStep } = props;
  const { first, answers } = thread;
  const [draft] = useAnswerDraft(first.id);
  const [answering, setAnswering] = useState(draft !== "");
  const begin = useCallback(() => setAnswering(true), []);
  const [opened, setOpened] = useState<boolean | null>(null);
  const isResolved = first.resolved_at !== null;
  const isSought = sought !== null && [first, ...answers].some(({ id }) => id === sought);
  const isOpen = !isResolved || (opened ?? isSought);
  const head = useRef<HTMLButtonElement>(null);
  const wasResolved = useRef(isResolved);
  /** The button that was pressed is gone, and the focus goes on to what stands for the thread. */
  const [moves, setMoves] = useState(false);
  useEffect(() => {
    if (isResolved && !wasResolved.current) setOpened(null);
    wasResolved.current = isResolved;
    if (!moves || !isResolved) return;
    setMoves(false);
    head.current?.focus();
  }, [isResolved, moves]);

  const shared = { step, onStep, imageOf, artifactOf };
  if (first.comment_type === "system") {
    return <SystemComment {...shared} comment={first} sought={first.id === sought} />;
  }
  const settle = (resolved: boolean) => {
    setMoves(resolved);
    actions.resolve.mutate(
      { id: first.id, resolved },
      {
        onSuccess: () => announce(resolved ? "The thread is resolved." : "The thread is open again."),
        onError: (error) => {
          setMoves(false);
          toast.failed(resolved ? "The thread was not resolved" : "The thread was not opened", {
            description: sayFault(error),
          });
        },
      },
    );
  };
  const item = (comment: typeof first, isAnswer: boolean) => (
    <CommentItem
      {...shared}
      comment={comment}
      isAnswer={isAnswer}
      sought={comment.id === sought}
      edits={mayEditComment(reader, comment)}
      deletes={mayDeleteComment(reader, comment)}
      remove={actions.remove}
      onAnswer={writes && !isAnswer ? begin : null}
    />
  );
  const isThread = first.anchor !== null || answers.length > 0;
  return (
    <li
      id={`comment-${first.id}`}
      className={cx("min-w-0", isResolved && !isOpen && isSought && "bg-accent-soft")}
    >
      {isResolved ? (
        <button
          ref={head}
          type="button"
          aria-expanded={isOpen}
          onClick={() => setOpened(!isOpen)}
          className="flex min-h-8 w-full min-w-0 items-center gap-2 px-4 text-left text-meta text-muted outline-offset-[-2px] hover:bg-hover hover:text-text pointer-coarse:min-h-10"
        >
          <span className="flex w-6 shrink-0 justify-center">
            <CheckCircle2 aria-hidden size={14} className="text-done" />
          </span>
          <span className="min-w-0 flex-1 truncate">
            {withMarks(headWords(props))}
            <span className="text-faint">
              {" "}
              · resolved by {withMarks(first.resolved_by_name ?? "somebody who left")}{" "}
              <RelativeTime at={first.resolved_at ?? ""} />
            </span>
          </span>
          {isOpen ? <ChevronDown aria-hidden size={12} /> : <ChevronRight aria-hidden size={12} />}
        </button>
      ) : null}
      {isOpen ? (
        <>
          {item(first, false)}
          {answers.length > 0 ? (
            <ul aria-label="Answers" className="ml-7 border-l border-line">
              {answers.map((answer) => (
                <li key={answer.id} id={`comment-${answer.id}`}>
                  {item(answer, true)}
                </li>
              ))}
            </ul>
          ) : null}
          {writes && (isThread || answering) ? (
            <div className="pr-4 pb-1.5 pl-12">
              {answering ? (
                <AnswerField
                  run_id={first.workflow_run_id}
                  parent_id={first.id}
                  onClose={() => setAnswering(false)}
                />
              ) : (
                <div className="-ml-2 flex flex-wrap gap-1">
                  <Button
                    variant="ghost"
                    icon={Reply}
                    className="h-7 px-2 font-normal text-muted pointer-coarse:h-9"
                    onClick={begin}
                  >
                    Answer
                  </Button>
                  {first.anchor === null ? null : (
                    <Button
                      variant="ghost"
                      icon={isResolved ? CircleDot : CheckCircle2}
                      className="h-7 px-2 font-normal text-muted pointer-coarse:h-9"
                      busy={actions.resolve.isPending && actions.resolve.variables?.id === first.id}
                      onClick={() => settle(!isResolved)}
                    >
                      {isResolved ? "Open again" : "Resolve"}
                    </Button>
                  )}
                </div>
              )}
            </div>
          ) : null}
        </>
      ) : null}
    </li>
  );
}

/** `Ada on Build, line 12`, and how many answers. */
function headWords({ thread: { first, answers }, step, artifactOf }: Props): string {
  const { anchor, created_by_name } = first;
  const who = created_by_name ?? "Somebody who left";
  if (!anchor) return who;
  const id = anchor.kind === "text" || anchor.kind === "image" ? anchor.artifact_id : null;
  const artifact = id === null ? undefined : artifactOf(id);
  const count = answers.length;
  const said = count === 0 ? "" : ` · ${count} ${count === 1 ? "answer" : "answers"}`;
  return `${who} on ${anchorWords({ anchor, stepName: step?.name, artifact })}${said}`;
}
