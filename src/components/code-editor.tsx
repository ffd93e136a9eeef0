"use client";

import type { EditorView } from "@codemirror/view";
import dynamic from "next/dynamic";
import { useState } from "react";
import type { CodeMirrorProps } from "./code-mirror";
import { cx } from "./cx";

const CodeMirror = dynamic(() => import("./code-mirror"), { ssr: false, loading: () => null });

/**
 * Highlighted source text; read-only without `onChange`. CodeMirror loads when it is first shown; until then
 * plain text of the same size is there, so nothing shifts.
 */
export function CodeEditor({ className, onReady, ...props }: CodeMirrorProps & { className?: string }) {
  const [ready, setReady] = useState(false);
  return (
    <div className={cx("relative overflow-hidden bg-surface", className)}>
      {ready ? null : (
        <pre
          aria-hidden
          className="overflow-hidden py-2 pl-12.5 font-mono text-code whitespace-pre text-text"
        >
          {props.value}
        </pre>
      )}
      <CodeMirror
        {...props}
        onReady={(editor: EditorView) => {
          setReady(true);
          onReady?.(editor);
        }}
      />
    </div>
  );
}
