"use client";

import { useEffect } from "react";
import { withMarks } from "../lib/marks";

/** The title without the number that `useTabBadge` puts in front. */
const bareTitle = () => document.title.replace(/^\(\d+\+?\) /, "");

/** Names what is open in the browser's tab, where that is known only here; null: the title stays as it is. */
export function useTabTitle(title: string | null): void {
  useEffect(() => {
    if (title === null) return;
    const before = bareTitle();
    const own = withMarks(title);
    document.title = own;
    return () => {
      // Another page may have set its own by now.
      if (bareTitle() === own) document.title = before;
    };
  }, [title]);
}
