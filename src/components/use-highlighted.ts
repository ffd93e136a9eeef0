"use client";

import { useEffect, useState } from "react";
import { type CodeLanguage, type CodeToken, highlight } from "./highlight";

/** Characters above which text stays plain, because highlighting would block the page. */
const HIGHLIGHT_LIMIT = 100_000;

/** The highlighted lines of `code`; null until they are ready, and for text without a language. */
export function useHighlighted(code: string, language: CodeLanguage | null): CodeToken[][] | null {
  const [done, setDone] = useState<{ code: string; lines: CodeToken[][] } | null>(null);
  useEffect(() => {
    if (language === null || code.length > HIGHLIGHT_LIMIT) return;
    let gone = false;
    // A failure is ignored: the text is readable without colours.
    highlight(code, language).then(
      (lines) => gone || setDone({ code, lines }),
      () => {},
    );
    return () => {
      gone = true;
    };
  }, [code, language]);
  return done?.code === code ? done.lines : null;
}
