"use client";

import { unifiedMergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { useEffect, useRef } from "react";
import type { DefinitionType } from "./assist";

const theme = EditorView.theme({
  "&": { maxHeight: "36dvh", backgroundColor: "transparent", color: "var(--ink)" },
  ".cm-scroller": {
    fontFamily: "var(--font-mono)",
    fontSize: "12.5px",
    lineHeight: "20px",
    overflow: "auto",
  },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--faint)", border: "none" },
  ".cm-changedLine": { backgroundColor: "color-mix(in oklab, var(--done) 10%, transparent) !important" },
  ".cm-changedText": { background: "color-mix(in oklab, var(--done) 24%, transparent) !important" },
  ".cm-deletedChunk": { backgroundColor: "color-mix(in oklab, var(--failed) 10%, transparent)" },
  ".cm-deletedChunk .cm-deletedText": { background: "color-mix(in oklab, var(--failed) 24%, transparent)" },
});

/** Two texts in one: what only the file has is struck as removed, what only the editor has is marked as added. */
export default function Compare({
  theirs,
  mine,
  type,
}: {
  theirs: string;
  mine: string;
  type: DefinitionType;
}) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const parent = host.current;
    if (!parent) return;
    const editor = new EditorView({
      parent,
      state: EditorState.create({
        doc: mine,
        extensions: [
          lineNumbers(),
          theme,
          EditorState.readOnly.of(true),
          EditorView.editable.of(false),
          EditorView.contentAttributes.of({
            role: "textbox",
            "aria-readonly": "true",
            "aria-label": "Your text compared with the file",
            tabindex: "0",
          }),
          unifiedMergeView({
            original: theirs,
            mergeControls: false,
            syntaxHighlightDeletions: false,
            collapseUnchanged: { margin: 2, minSize: 6 },
          }),
        ],
      }),
    });
    return () => editor.destroy();
  }, [theirs, mine]);
  return (
    <div className="flex flex-col">
      <p className="border-b border-line px-4 py-1 text-meta text-muted">
        Red is in the file now, green in your {type === "yaml" ? "YAML" : "TypeScript"}.
      </p>
      <div ref={host} className="min-h-0" />
    </div>
  );
}
