"use client";

import { WifiOff } from "lucide-react";
import { useRouter } from "next/navigation";
import { useOffline } from "next/offline";
import { useEffect } from "react";
import { createPortal } from "react-dom";
import { cx } from "../../../components/cx";
import { FillSlot } from "../../../components/frame/slots";
import { usePresence } from "../../presence/ui/use-presence";
import type { LiveState } from "./live-state";
import { useLiveProject } from "./use-live-project";

const clock = (at: number) =>
  new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" }).format(at);

function textOf(state: LiveState): string {
  switch (state.status) {
    case "live":
      return "live";
    case "connecting":
      return "connecting…";
    case "reconnecting":
      return "reconnecting…";
    case "refused":
      return "not connected";
    case "offline":
      return `offline since ${clock(state.since)}`;
  }
}

const DOTS: Record<LiveState["status"], string> = {
  connecting: "bg-line-strong",
  live: "bg-done",
  reconnecting: "bg-stalled",
  offline: "bg-failed",
  refused: "bg-failed",
};

/**
 * Opens the project's live connection, or (null) that of all projects, and shows its state in the frame, with how many
 * look at the same page of the project.
 */
export function LiveStatus({
  projectId,
  head,
}: {
  projectId: string | null;
  /** The project's newest event as the page was rendered. */
  head?: number;
}) {
  const state = useLiveProject(projectId, head);
  const router = useRouter();
  const refused = state.status === "refused";
  // After a refusal, reload: the server then shows the sign-in page or the page for forbidden projects.
  useEffect(() => {
    if (refused) router.refresh();
  }, [refused, router]);
  // The framework keeps a click on another page, and opens it once the server answers.
  const held = useOffline();
  return (
    <FillSlot name="live">
      {state.status === "offline" || held ? (
        <OfflineNote since={state.status === "offline" ? state.since : null} held={held} />
      ) : null}
      <span
        role="status"
        className={cx(
          "flex items-center gap-1.5 px-1 text-meta whitespace-nowrap text-faint",
          state.status === "connecting" && "animate-late",
        )}
      >
        <span aria-hidden className={cx("size-1.5 rounded-full", DOTS[state.status])} />
        {textOf(state)}
      </span>
      {projectId === null ? null : <Here projectId={projectId} isLive={state.status === "live"} />}
    </FillSlot>
  );
}

/** Says that somebody is here, and how many are. */
function Here({ projectId, isLive }: { projectId: string; isLive: boolean }) {
  const here = usePresence(projectId, isLive);
  return isLive && here > 1 ? (
    <span className="pr-1 text-meta whitespace-nowrap text-faint tabular-nums">· {here} here</span>
  ) : null;
}

/** Over the page, which stays as it is. */
function OfflineNote({ since, held }: { since: number | null; held: boolean }) {
  return createPortal(
    <p
      role="status"
      className="floats animate-appear fixed inset-x-4 bottom-16 z-50 mx-auto flex w-fit max-w-[calc(100%-2rem)] items-start gap-2 px-3 py-2 text-list md:bottom-4"
    >
      <WifiOff aria-hidden size={14} className="mt-[3px] shrink-0 text-failed" />
      <span className="text-pretty">
        {since === null ? "The server does not answer" : `The server has not answered since ${clock(since)}`}.{" "}
        <span className="text-muted">
          {held
            ? "The page that you chose opens as soon as it does."
            : "This page stays as it was, with all that you typed, and goes on by itself."}
        </span>
      </span>
    </p>,
    document.body,
  );
}
