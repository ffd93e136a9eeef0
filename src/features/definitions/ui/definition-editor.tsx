"use client";

import type { EditorView } from "@codemirror/view";
import dynamic from "next/dynamic";
import { useEffect, useRef, useState } from "react";
import { Button } from "../../../components/button";
import { CodeEditor } from "../../../components/code-editor";
import { sayFault } from "../../../components/fault";
import { FormError } from "../../../components/form-error";
import { RelativeTime } from "../../../components/relative-time";
import { type ApiError, trpc } from "../../../trpc/react";
import { useProject } from "../../projects/ui/project-provider";
import type { Assistance, DefinitionType } from "./editor/assist";
import { ProblemList } from "./editor/problem-list";
import { useCheck } from "./editor/use-check";
import type { useDraft } from "./use-draft";

const Compare = dynamic(() => import("./editor/compare"), { ssr: false, loading: () => null });

/** Editor for a definition's text: it is checked while it is typed, and completed. */
export function DefinitionEditor({
  draft,
  type,
  path,
  theirs = null,
  isKept = true,
  error,
  onSave,
}: {
  draft: ReturnType<typeof useDraft>;
  type: DefinitionType;
  /** The definition's file, which need not be there. */
  path: string;
  /** What the file holds now; null for a new definition. */
  theirs?: string | null;
  /** What the file holds becomes a revision where another text is saved; what is no definition does not. */
  isKept?: boolean;
  /** Why the last save failed. */
  error: ApiError | null;
  onSave: () => void;
}) {
  const project = useProject();
  const vocabulary = trpc.definitions.vocabulary.useQuery({ project_id: project.id }, { staleTime: 60_000 });
  const known = useRef(vocabulary.data);
  known.current = vocabulary.data;
  const check = useCheck({ projectId: project.id, type, path }, draft.source);
  const [editor, setEditor] = useState<EditorView | null>(null);
  const [help, setHelp] = useState<Assistance | null>(null);
  const { changed, found, overtaken } = draft;

  useEffect(() => {
    if (!editor) return;
    let isOver = false;
    // Without it the editor works as a plain one.
    void import("./editor/assist").then(
      ({ install }) => {
        if (!isOver) setHelp(install(editor, type, () => known.current));
      },
      () => {},
    );
    return () => {
      isOver = true;
      setHelp(null);
    };
  }, [editor, type]);

  const { faults, warnings, isCurrent } = check;
  useEffect(() => {
    if (help && isCurrent) help.show({ faults, warnings }, path);
  }, [help, isCurrent, faults, warnings, path]);

  useEffect(() => {
    if (!changed) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [changed]);

  const summary = error ? sayError(error) : null;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      {overtaken ? (
        <Overtaken draft={draft} theirs={theirs} isKept={isKept} type={type} />
      ) : found && changed ? (
        <div
          role="status"
          className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-accent-soft px-4 py-1.5"
        >
          <span className="min-w-0 flex-1 basis-60">
            Your unsaved text is back, last changed <RelativeTime at={found.saved_at} />.
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
        label={`Source of the definition, in ${type === "yaml" ? "YAML" : "TypeScript"}`}
        language={type === "yaml" ? "yaml" : "typescript"}
        value={draft.source}
        onChange={draft.change}
        onSave={onSave}
        onReady={setEditor}
        className="min-h-40 flex-1"
      />
      <ProblemList check={check} path={path} onGo={(fault) => help?.goTo(fault)} />
    </div>
  );
}

/** The faults themselves are in the list of problems. */
function sayError(error: ApiError): string {
  const placed = (error.data?.details ?? []).filter(({ path }) => path.startsWith("source:")).length;
  if (placed === 0) return sayFault(error);
  return `It was not saved: mend the ${placed === 1 ? "problem" : `${placed} problems`} below.`;
}

/** Says that the file has changed since the edit began, and shows both texts to choose from. */
function Overtaken({
  draft,
  theirs,
  isKept,
  type,
}: {
  draft: ReturnType<typeof useDraft>;
  theirs: string | null;
  isKept: boolean;
  type: DefinitionType;
}) {
  const [comparing, setComparing] = useState(false);
  return (
    <div role="alert" className="flex min-h-0 flex-col border-b border-line">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 bg-needs-you/10 px-4 py-1.5">
        <span className="min-w-0 flex-1 basis-60 text-pretty">
          {theirs === null
            ? "The file was deleted while you edited; saving writes it again."
            : `The file was changed elsewhere since you began. Nothing is saved until you choose. ${
                isKept
                  ? "The other text stays as a revision."
                  : "The other text has errors, so it becomes no revision: copy what you need of it."
              }`}
        </span>
        <span className="flex flex-wrap gap-2">
          {theirs === null ? null : (
            <Button variant="ghost" aria-expanded={comparing} onClick={() => setComparing(!comparing)}>
              {comparing ? "Hide the comparison" : "Compare"}
            </Button>
          )}
          <Button variant="ghost" onClick={draft.discard}>
            Take theirs
          </Button>
          <Button onClick={draft.insist}>Keep mine</Button>
        </span>
      </div>
      {comparing && theirs !== null ? <Compare theirs={theirs} mine={draft.source} type={type} /> : null}
    </div>
  );
}
