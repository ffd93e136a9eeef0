"use client";

import { useEffect } from "react";
import type { InboxItem } from "../schema";
import { isQuestion } from "./inbox-words";
import { useMark } from "./use-mark";

/** Who looks at a run has read the news of it, by whichever way they came. */
export function useReadRun(pathname: string, items: readonly InboxItem[] | undefined): void {
  const { mutate } = useMark();
  const run_id = /^\/p\/[^/]+\/runs\/([^/]+)/.exec(pathname)?.[1];
  const isUnread =
    run_id !== undefined &&
    items?.some((item) => item.run.id === run_id && item.read_at === null && !isQuestion(item)) === true;
  useEffect(() => {
    if (!isUnread || document.visibilityState !== "visible") return;
    mutate({ run_id, read: true });
  }, [isUnread, run_id, mutate]);
}
