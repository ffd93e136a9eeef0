"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, Bot } from "lucide-react";
import { useEffect, useRef } from "react";
import { buttonClass } from "../../../components/button";
import { Loading, Skeleton } from "../../../components/skeleton";
import { EmptyState, ErrorState } from "../../../components/states";
import { useStickToEnd } from "../../../components/use-stick-to-end";
import { StatusIcon } from "../../in-run/ui/status-icon";
import type { WholeLog } from "../../log/ui/use-whole-log";
import type { PermissionRequest } from "../schema";
import type { PlanRemarks } from "./plan-remarks";
import { PlanView } from "./plan-view";
import { SessionItemView } from "./session-item";
import type { SessionItem, SessionLog, SessionUsage } from "./session-log";

interface Props {
  session: SessionLog;
  /** What was said in earlier attempts that this one goes on from. */
  earlier: readonly SessionItem[];
  /** State of the log that fills `session`; its version changes when the session grows. */
  log: WholeLog;
  /** The session may still grow. */
  running: boolean;
  /** The agent has been silent for too long. */
  stalled: boolean;
  /** The run's budget is reached, and the agent waits until it is raised. */
  held: boolean;
  /** Permission requests without an answer. */
  pending: readonly PermissionRequest[];
  /** Gives the URL for an image in the agent's text, or null. */
  imageOf: (src: string) => string | null;
  /** What people say of the agent's plan; absent: nothing. */
  remarks?: PlanRemarks;
}

/** An agent's session, live or finished: messages, plan, tool calls and file changes. */
export function SessionView(props: Props) {
  const { session, log, running, stalled, held, pending, remarks } = props;
  if (log.phase === "refused") {
    return <ErrorState title="The session could not be read" message={log.message ?? "Reload the page."} />;
  }
  const isEmpty = session.items.length === 0;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PlanView plan={session.plan} running={running} {...(remarks ? { remarks } : {})} />
      {!isEmpty ? (
        <Items {...props} />
      ) : log.phase === "done" ? (
        <EmptyState icon={Bot} title="Nothing was said">
          The agent ended before its session began.
        </EmptyState>
      ) : (
        <SessionSkeleton label={running ? "Waiting for the agent" : "Loading the session"} />
      )}
      {isEmpty ? <Foot {...{ session, log, running, stalled, held, pending }} /> : null}
    </div>
  );
}

function Items(props: Props) {
  const { session, earlier, running, pending, imageOf } = props;
  const box = useRef<HTMLElement>(null);
  const list = useRef<HTMLOListElement>(null);
  const { following, follow } = useStickToEnd(box, list, running);
  const rows = useVirtualizer({
    count: earlier.length + session.items.length,
    getScrollElement: () => box.current,
    estimateSize: () => 60,
    overscan: 12,
    gap: 12,
    paddingStart: 12,
    paddingEnd: 12,
  });
  // A step that was gone on with opens at its newest turn, below all that was said before.
  const before = earlier.length;
  const opened = useRef(false);
  useEffect(() => {
    if (before === 0 || running || opened.current) return;
    opened.current = true;
    rows.scrollToIndex(before, { align: "start" });
  }, [before, running, rows]);
  const shown = rows.getVirtualItems();
  const asking = new Set(pending.map(({ tool_call }) => tool_call.id));
  return (
    <>
      <section
        ref={box}
        aria-label="Session"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        className="min-h-0 flex-1 overflow-y-auto overscroll-contain outline-offset-[-2px]"
      >
        <ol ref={list} className="relative max-w-220" style={{ height: rows.getTotalSize() }}>
          {shown.map(({ index, start }) => {
            const item = earlier[index] ?? session.items[index - earlier.length];
            return item ? (
              <li
                key={index}
                ref={rows.measureElement}
                data-index={index}
                className="absolute inset-x-0 top-0 px-4"
                style={{ transform: `translateY(${start}px)` }}
              >
                <SessionItemView
                  item={item}
                  version={item.version}
                  asks={item.kind === "tool" && asking.has(item.id)}
                  running={running}
                  imageOf={imageOf}
                />
              </li>
            ) : null;
          })}
        </ol>
      </section>
      <Foot {...props} {...(following ? {} : { onFollow: follow })} />
    </>
  );
}

/** The session's state and usage so far. `onFollow`: set when the reader has scrolled up from the end. */
function Foot({
  session: { usage },
  log,
  running,
  stalled,
  held,
  pending,
  onFollow,
}: Omit<Props, "imageOf" | "earlier" | "remarks"> & { onFollow?: () => void }) {
  const state = !running
    ? null
    : log.phase === "reconnecting"
      ? "The connection is gone; it comes back by itself"
      : pending.length > 0
        ? "Waits for an answer"
        : held
          ? "Waits: the run's budget is reached"
          : stalled
            ? "Stalled: nothing has come from the agent for a while"
            : "Working";
  const sign = pending.length > 0 || held ? "needs_you" : stalled ? "stalled" : "running";
  if (state === null && usage === null && !onFollow) return null;
  return (
    <div className="flex min-h-8 shrink-0 items-center gap-2 border-t border-line px-4 text-meta text-muted pointer-coarse:min-h-10">
      {state ? <StatusIcon status={sign} size={12} decorative /> : null}
      <span role="status" className="min-w-0 flex-1 truncate">
        {state}
      </span>
      {usage ? <span className="shrink-0 text-faint">{usageText(usage)}</span> : null}
      {onFollow ? (
        <button
          type="button"
          onClick={onFollow}
          className={buttonClass("secondary", "h-6 px-2 text-meta pointer-coarse:h-8")}
        >
          <ArrowDown aria-hidden size={12} />
          {running ? "Follow" : "To the end"}
        </button>
      ) : null}
    </div>
  );
}

function usageText({ used, size, cost }: SessionUsage): string {
  const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
  const of = size === null ? "" : ` of ${short.format(size)}`;
  const tokens = used === null ? [] : [`${short.format(used)}${of} tokens`];
  return [...tokens, ...(cost === null ? [] : [cost])].join(" · ");
}

function SessionSkeleton({ label }: { label: string }) {
  return (
    <Loading label={label} className="flex flex-1 flex-col gap-3 px-4 py-4">
      {["w-3/5", "w-2/5", "w-1/2"].map((width) => (
        <Skeleton key={width} className={width} />
      ))}
    </Loading>
  );
}
