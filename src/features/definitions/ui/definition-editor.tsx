"use client";

import { useEffect, useMemo } from "react";
import { Button } from "../../../components/button";
import { CodeEditor } from "../../../components/code-editor";
import { restOfFault } from "../../../components/fault";
import { FormError } from "../../../components/form-error";
import { RelativeTime } from "../../../components/relative-time";
import type { ApiError } from "../../../trpc/react";
import { savedFaults } from "./load-faults";
import type { useDraft } from "./use-draft";

/** Editor for a definition's text; faults of the last save are shown under their lines. */
export function DefinitionEditor({
  draft,
  base,
  error,
  onSave,
}: {
  draft: ReturnType<typeof useDraft>;
  /** The revision on which this edit is based; null for a new definition. */
  base: number | null;
  error: ApiError | null;
  onSave: () => void;
}) {
  const faults = useMemo(() => (error ? savedFaults(error) : []), [error]);
  const { changed, found } = draft;

  useEffect(() => {
    if (!changed) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [changed]);

  const overtaken = found && base !== null && found.base !== null && found.base < base;
  const summary =
    faults.length > 0
      ? `It was not saved: ${faults.length} ${faults.length === 1 ? "error" : "errors"}, shown at ${faults.length === 1 ? "its line" : "their lines"}.`
      : restOfFault(error, []);
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      {found && changed ? (
        <div
          role="status"
          className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-accent-soft px-4 py-1.5"
        >
          <span className="min-w-0 flex-1 basis-60">
            Your unsaved text is back, last changed <RelativeTime at={found.saved_at} />.
            {overtaken ? ` Revision ${base} was saved meanwhile; saving writes over it.` : ""}
          </span>
          <Button variant="ghost" onClick={draft.discard}>
            Discard it
          </Button>
        </div>
      ) : null}
      {summary ? (
        <div className="border-b border-line px-4 py-2">
          <FormError message={summary} />
        </div>
      ) : null}
      <CodeEditor
        label="Source of the definition, in YAML"
        value={draft.source}
        onChange={draft.change}
        onSave={onSave}
        faults={faults}
        className="min-h-80 flex-1"
      />
    </div>
  );
}
