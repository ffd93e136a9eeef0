"use client";

import "./code.css";
import { Fragment } from "react";
import { CodeLine } from "./code-line";
import { CopyButton } from "./copy-button";
import type { CodeLanguage } from "./highlight";
import { useHighlighted } from "./use-highlighted";

/** A few lines of code in a text; highlighted once the colours have loaded. */
export function CodeBlock({ code, language }: { code: string; language: CodeLanguage | null }) {
  const lines = useHighlighted(code, language);
  return (
    <div className="group/code relative">
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        className="max-h-96 overflow-auto rounded-outer border border-line bg-sunken px-3 py-2 font-mono text-code outline-offset-[-2px]"
      >
        <code>
          {code.split("\n").map((text, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
            <Fragment key={at}>
              {at > 0 ? "\n" : null}
              <CodeLine tokens={lines?.[at]} text={text} />
            </Fragment>
          ))}
        </code>
      </pre>
      <div className="absolute top-1 right-1 rounded-inner bg-sunken opacity-0 transition-opacity group-focus-within/code:opacity-100 group-hover/code:opacity-100 pointer-coarse:hidden">
        <CopyButton text={code} label="Copy code" />
      </div>
    </div>
  );
}
