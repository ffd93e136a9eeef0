"use client";

import { useEffect, useState } from "react";
import { type CodeLanguage, type CodeToken, highlight } from "./highlight";

/** Longer text stays plain: colouring it would hold up the page. In characters. */
const HIGHLIGHT_LIMIT = 100_000;

/** The coloured lines of `code`; null while they are not there, and where there is nothing to colour. */
export function useHighlighted(code: string, language: CodeLanguage | null): CodeToken[][] | null {
  const [done, setDone] = useState<{ code: string; lines: CodeToken[][] } | null>(null);
  useEffect(() => {
    if (language === null || code.length > HIGHLIGHT_LIMIT) return;
    let gone = false;
    // Without colours it can be read as well, so a failure is no fault.
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
