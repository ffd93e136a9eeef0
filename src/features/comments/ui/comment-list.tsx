"use client";

import { ArrowDown, CheckCircle2, MessageSquare } from "lucide-react";
import { useEffect, useImperativeHandle, useLayoutEffect, useMemo, useRef } from "react";
import { announce } from "../../../components/announcer";
import { buttonClass } from "../../../components/button";
import { ShowMore } from "../../../components/show-more";
import { EmptyState } from "../../../components/states";
import { useFollow } from "../../../components/use-follow";
import type { More } from "../../../components/use-more";
import type { WireArtifact } from "../../in-run/ui/wire";
import type { Reader } from "../rights";
import type { Comment } from "../schema";
import type { CommentStep } from "./comment-item";
import { CommentThread } from "./comment-thread";
import { type Thread, threadsOf } from "./threads";
import type { useCommentActions } from "./use-comment-actions";
import type { CommentSearch } from "./use-sought-comment";

export interface CommentListHandle {
  toEnd: () => void;
}

/**
 * Comments, oldest first. A reader at the end stays at the end; a reader further up does not move and sees
 * how many new ones came.
 */
export function CommentList({
  ref,
  comments,
  earlier,
  stepOf,
  reader,
  sought,
  search,
  writes,
  actions,
  imageOf,
  artifactOf,
  onStep,
  only,
}: {
  ref: React.Ref<CommentListHandle>;
  comments: readonly Comment[];
  /** How to load earlier comments, if there are any. */
  earlier: More | null;
  stepOf: (row_id: string | null) => CommentStep | undefined;
  reader: Reader;
  /** The comment that the address names. */
  sought: string | null;
  /** State of the search for that comment. */
  search: CommentSearch | null;
  writes: boolean;
  actions: Pick<ReturnType<typeof useCommentActions>, "remove" | "resolve">;
  imageOf: (src: string) => string | null;
  artifactOf: (id: string) => WireArtifact | undefined;
  onStep: (step_id: string) => void;
  /** Only these threads are shown; null: all comments. */
  only: readonly Thread[] | null;
}) {
  const box = useRef<HTMLElement>(null);
  const inner = useRef<HTMLUListElement>(null);
  const toEnd = () => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  };
  // Earlier comments that are loaded later do not count as new.
  const first = useRef(comments[0]?.id);
  const before = Math.max(
    0,
    comments.findIndex(({ id }) => id === first.current),
  );
  const { following, fresh, follow } = useFollow(box, {
    count: comments.length - before,
    toEnd,
    initially: sought === null,
    growing: true,
  });
  useImperativeHandle(ref, () => ({
    toEnd: () => {
      follow();
      toEnd();
    },
  }));

  // Late highlighting and a growing text field would push the last comment out of view.
  useEffect(() => {
    if (!following || !box.current || !inner.current) return;
    const element = box.current;
    const observer = new ResizeObserver(() => {
      element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    observer.observe(inner.current);
    return () => observer.disconnect();
  }, [following]);

  useKeptPlace(box, comments[0]?.id, following);

  useEffect(() => {
    if (search === "shown") {
      document.getElementById(`comment-${sought}`)?.scrollIntoView({ block: "center" });
    }
    if (search === "none") follow();
  }, [search, sought, follow]);

  const whole = useMemo(() => threadsOf(comments), [comments]);
  const threads = only ?? whole;
  const last = comments.at(-1);
  const told = useRef(last?.id);
  useEffect(() => {
    if (!last || last.id === told.current) return;
    told.current = last.id;
    if (last.created_by !== null && last.created_by !== reader.user_id) {
      announce(`${last.created_by_name ?? "Somebody"} commented.`);
    }
  }, [last, reader.user_id]);

  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <section
        ref={box}
        aria-label="Comments"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        className="min-h-0 flex-1 overflow-y-auto overscroll-contain outline-offset-[-2px]"
      >
        {only === null ? <ShowMore more={earlier}>Show earlier comments</ShowMore> : null}
        {search === "further" ? (
          <p role="status" className="px-4 pb-2 text-center text-meta text-pretty text-muted">
            The comment of this link is further up. Show earlier comments until it is there.
          </p>
        ) : null}
        {only?.length === 0 ? (
          <EmptyState icon={CheckCircle2} title="Nothing is open" className="py-8">
            Every thread of this run is resolved. Show all comments to read them.
          </EmptyState>
        ) : null}
        {only === null && comments.length === 0 && !earlier ? (
          <EmptyState icon={MessageSquare} title="No comments yet" className="py-8">
            {writes
              ? "Say what the next reader should know. A pause, a cancel and a retry are noted here by themselves."
              : "What people say about the run stands here."}
          </EmptyState>
        ) : null}
        <ul ref={inner} className="py-1.5 empty:hidden">
          {threads.map((thread) => (
            <CommentThread
              key={thread.first.id}
              thread={thread}
              step={stepOf(thread.first.workflow_run_step_id)}
              {...{ reader, sought, writes, actions, imageOf, artifactOf, onStep }}
            />
          ))}
        </ul>
        {search === "none" ? (
          <p role="status" className="px-4 pb-3 text-center text-meta text-pretty text-muted">
            The comment of this link is not there. It may have been deleted.
          </p>
        ) : null}
      </section>
      {fresh > 0 ? (
        <button
          type="button"
          onClick={follow}
          className={buttonClass(
            "secondary",
            "animate-appear absolute bottom-2 left-1/2 h-7 -translate-x-1/2 rounded-full px-3 text-meta shadow-none pointer-coarse:h-9",
          )}
        >
          <ArrowDown aria-hidden size={12} />
          {fresh} new
        </button>
      ) : null}
    </div>
  );
}

/**
 * Keeps the scroll position while earlier comments are added at the top. Browsers do so by themselves, except
 * at the very top, where the "show earlier" button is.
 */
function useKeptPlace(
  box: React.RefObject<HTMLElement | null>,
  first: string | undefined,
  following: boolean,
): void {
  const before = useRef<{ first: string | undefined; top: number }>({ first: undefined, top: 0 });
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const topOf = (id: string | undefined) =>
      id === undefined ? null : (document.getElementById(`comment-${id}`)?.offsetTop ?? null);
    const { first: known, top } = before.current;
    const now = topOf(known);
    if (!following && known !== first && now !== null) element.scrollTop += now - top;
    before.current = { first, top: topOf(first) ?? 0 };
  });
}
