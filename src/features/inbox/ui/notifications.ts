"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { useKept } from "../../../components/use-kept";
import { withMarks } from "../../../lib/marks";
import type { InboxItem } from "../schema";
import { detailWords, hrefOf, reasonWords } from "./inbox-words";

/** Whether this browser tells of news: "on", or nothing. */
export const NOTIFY_KEY = "phaseboard.notify";
/** The time of the newest item that one of this browser's tabs told or showed. */
const TOLD_KEY = "phaseboard.told";
/** A tab that is seen notes what it shows; those that are not wait so long for it. */
const WAIT_MS = 400;
/** More at once are told as a number. */
const MOST = 3;

const told = () => localStorage.getItem(TOLD_KEY) ?? "";
const note = (at: string) => {
  if (at > told()) localStorage.setItem(TOLD_KEY, at);
};

/** Only what comes from now on is told. */
export const forgetOlder = () => note(new Date().toISOString());

/**
 * Tells of new items by notifications of the browser, if its person wants them and looks at none of its tabs. One of
 * several tabs tells.
 */
export function useNotifications(items: readonly InboxItem[] | undefined): void {
  const [kept] = useKept(NOTIFY_KEY);
  const router = useRouter();
  useEffect(() => {
    if (kept !== "on" || !items || !("Notification" in window) || Notification.permission !== "granted")
      return;
    const newest =
      items
        .map(({ at }) => at)
        .toSorted()
        .at(-1) ?? "";
    if (newest <= told()) return;
    if (document.visibilityState === "visible") return note(newest);
    const timer = setTimeout(
      () => {
        const since = told();
        const fresh = items.filter((item) => item.at > since && item.read_at === null);
        note(newest);
        for (const item of fresh.slice(0, MOST)) tell(item, (href) => router.push(href));
      },
      WAIT_MS * (1 + Math.random()),
    );
    return () => clearTimeout(timer);
  }, [kept, items, router]);
}

function tell(item: InboxItem, open: (href: string) => void): void {
  const notification = new Notification(withMarks(`${item.run.name}: ${reasonWords(item)}`), {
    body: withMarks(detailWords(item)),
    icon: "/icon.svg",
    tag: item.key,
  });
  notification.onclick = () => {
    window.focus();
    open(hrefOf(item));
    notification.close();
  };
}
