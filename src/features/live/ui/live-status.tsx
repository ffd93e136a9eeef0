"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { cx } from "../../../components/cx";
import { FillSlot } from "../../../components/frame/slots";
import type { LiveState } from "./live-state";
import { useLiveProject } from "./use-live-project";

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
      return `offline since ${new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" }).format(state.since)}`;
  }
}

const DOTS: Record<LiveState["status"], string> = {
  connecting: "bg-line-strong",
  live: "bg-done",
  reconnecting: "bg-stalled",
  offline: "bg-failed",
  refused: "bg-failed",
};

/** Opens the project's live connection and shows its state in the frame. */
export function LiveStatus({ projectId }: { projectId: string }) {
  const state = useLiveProject(projectId);
  const router = useRouter();
  const refused = state.status === "refused";
  // After a refusal, reload: the server then shows the sign-in page or the page for forbidden projects.
  useEffect(() => {
    if (refused) router.refresh();
  }, [refused, router]);
  return (
    <FillSlot name="live">
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
    </FillSlot>
  );
}
