"use client";

import { ChevronDown, ChevronLeft, ChevronUp, Maximize2, Minimize2 } from "lucide-react";
import dynamic from "next/dynamic";
import { useRef, useState } from "react";
import { cx } from "../../../components/cx";
import { IconButton } from "../../../components/icon-button";
import { RollingNumber } from "../../../components/rolling-number";
import { SkeletonRows } from "../../../components/skeleton";
import { useAddress } from "../../../components/use-address";
import { useEdgeFade } from "../../../components/use-edge-fade";
import type { WireRun, WireStep } from "../../in-run/ui/wire";
import { type DrawerTab, drawerTabs } from "./drawer-tabs";
import { RunData } from "./run-data";
import { RunHistory } from "./run-history";

const loading = () => <SkeletonRows rows={4} />;
const CommentsPanel = dynamic(
  () => import("../../comments/ui/comments-panel").then((part) => part.CommentsPanel),
  { loading },
);
const ArtifactsPanel = dynamic(
  () => import("../../artifacts/ui/artifacts-panel").then((part) => part.ArtifactsPanel),
  { loading },
);
const ReviewedChanges = dynamic(
  () => import("../../approvals/ui/review/reviewed-changes").then((part) => part.ReviewedChanges),
  { loading },
);
const WaysOutRow = dynamic(() => import("../../ways-out/ui/ways-out-row").then((part) => part.WaysOutRow));
const RunLog = dynamic(() => import("./run-log").then((part) => part.RunLog), { loading });
const TimelinePanel = dynamic(() => import("./timeline/timeline-panel").then((part) => part.TimelinePanel), {
  loading,
});
const SessionsPanel = dynamic(
  () => import("../../agents/ui/sessions-panel").then((part) => part.SessionsPanel),
  { loading },
);

/**
 * The drawer below a run's steps, with comments, artifacts and more. Closed until a tab is chosen; `tall`: it
 * takes all the room; `beside`: it stands beside the steps where there is width for it. On a phone an open drawer fills
 * the screen, or half of it where it would stand beside.
 */
export function RunDrawer({
  run,
  open,
  tall,
  beside,
  openStep,
  hrefOf,
  onStep,
}: {
  run: WireRun;
  open: DrawerTab | null;
  tall: boolean;
  beside: boolean;
  openStep: WireStep | undefined;
  hrefOf: (step_id: string, attempt: number) => string;
  /** Shows a step that the drawer links to. */
  onStep: (step_id: string) => void;
}) {
  const { set } = useAddress();
  const [tools, setTools] = useState<HTMLElement | null>(null);
  const row = useRef<HTMLDivElement>(null);
  const fade = useEdgeFade(row);
  const tabs = drawerTabs(run, open);
  const close = () => set({ more: null, tall: null, on: null, comment: null, file: null });
  // Changes need width and height; what follows them begins as it is.
  const choose = (tab: DrawerTab) =>
    set({
      more: tab,
      comment: null,
      ...(tab === "changes" ? { tall: "1" } : open === "changes" ? { tall: null, file: null } : {}),
    });
  // These tabs keep a fixed height, since their content grows while people use it.
  const steady =
    open === "comments" ||
    open === "artifacts" ||
    open === "changes" ||
    open === "timeline" ||
    open === "log";
  return (
    <section
      aria-label="More about the run"
      className={cx(
        "flex flex-col border-t border-line max-md:border-t-0",
        open === null ? "shrink-0" : "min-h-0",
        open !== null && (beside ? "max-md:h-1/2 max-md:shrink-0 max-md:border-t" : "max-md:flex-1"),
        beside && "xl:h-auto xl:w-96 xl:border-t-0 xl:border-l",
        open !== null &&
          (tall
            ? "flex-1"
            : beside
              ? "md:max-xl:h-[45%] md:min-h-64 md:shrink-0"
              : steady
                ? "md:h-[45%] md:min-h-64 md:shrink-0"
                : "shrink-0 md:max-h-[45%]"),
      )}
    >
      <div
        className={cx(
          "flex min-h-9 shrink-0 items-center gap-x-1 px-2 max-md:min-h-11 max-md:flex-wrap",
          open === null && "max-md:border-t max-md:border-line",
          beside && "xl:flex-wrap",
        )}
      >
        {open === null ? null : (
          <IconButton label="Back to the run" icon={ChevronLeft} bare className="md:hidden" onClick={close} />
        )}
        <div ref={row} style={fade} className="flex min-w-0 flex-1 items-center gap-0.5 overflow-x-auto">
          {tabs.map(({ value, label, count }) => {
            const chosen = value === open;
            const Sign = chosen ? ChevronDown : ChevronUp;
            return (
              <button
                key={value}
                type="button"
                aria-expanded={chosen}
                aria-controls="run-drawer"
                onClick={() => (chosen ? close() : choose(value))}
                className={cx(
                  "h-control flex shrink-0 items-center gap-1 rounded-outer px-2 text-list transition-colors outline-offset-[-2px] hover:bg-hover hover:text-text",
                  chosen ? "text-text" : "text-muted",
                )}
              >
                {label}
                {count ? <RollingNumber value={count} className="text-meta text-faint" /> : null}
                <Sign aria-hidden size={12} className="text-faint max-md:hidden" />
              </button>
            );
          })}
        </div>
        <div
          ref={setTools}
          className={cx(
            "flex min-w-0 items-center gap-1 empty:hidden max-md:order-last max-md:-mx-2 max-md:min-h-10 max-md:basis-[calc(100%+1rem)] max-md:border-t max-md:border-line max-md:px-2",
            beside &&
              "xl:order-last xl:-mx-2 xl:min-h-10 xl:basis-[calc(100%+1rem)] xl:border-t xl:border-line xl:px-2",
          )}
        />
        {open === null ? null : (
          <IconButton
            label={tall ? "Show the steps again" : "Use all the room"}
            icon={tall ? Minimize2 : Maximize2}
            className={cx(open !== "comments" && "max-md:hidden")}
            onClick={() => set({ tall: tall ? null : "1" })}
          />
        )}
      </div>
      {open === null ? null : <h2 className="sr-only">{tabs.find(({ value }) => value === open)?.label}</h2>}
      <div id="run-drawer" className={cx("flex min-h-0 flex-col", open !== null && "flex-1")}>
        {open === "comments" ? (
          <CommentsPanel run={run} openStep={openStep} onStep={onStep} tools={tools} />
        ) : null}
        {open === "artifacts" ? <ArtifactsPanel run={run} openStep={openStep} tools={tools} /> : null}
        {open === "changes" ? (
          <>
            <WaysOutRow run={run} />
            <ReviewedChanges run={run} tools={tools} />
          </>
        ) : null}
        {open === "timeline" ? <TimelinePanel run={run} tools={tools} onStep={onStep} /> : null}
        {open === "args" ? <RunData run={run} /> : null}
        {open === "log" ? <RunLog run={run} tools={tools} /> : null}
        {open === "agents" ? <SessionsPanel steps={run.steps} onStep={onStep} /> : null}
        {open === "history" ? (
          <div className="min-h-0 overflow-y-auto border-t border-line">
            <RunHistory run={run} hrefOf={hrefOf} />
          </div>
        ) : null}
      </div>
    </section>
  );
}
