"use client";

import { useMemo, useRef } from "react";
import { useAddress } from "../../../components/use-address";
import { ArtifactPreview } from "../../artifacts/ui/artifact-preview";
import type { FileNotes } from "../../artifacts/ui/file-notes";
import { useOpenArtifact } from "../../artifacts/ui/use-open-artifact";
import type { WireRun } from "../../in-run/ui/wire";
import { useProject } from "../../projects/ui/project-provider";
import { focusComposer } from "./composer-focus";
import { anchorDraft } from "./message-drafts";
import { isOpenThread } from "./threads";
import { useRunThreads } from "./use-run-threads";

/** The preview of an artifact, with what people say of its parts. */
export function CommentedPreview({ run }: { run: WireRun }) {
  const { id } = useOpenArtifact();
  const { get, set } = useAddress();
  const { may } = useProject();
  const threads = useRunThreads(run);
  // As the preview, which stays while it closes.
  const last = useRef(id);
  if (id !== null) last.current = id;
  const artifact_id = last.current;
  const sought = get("comment");
  const writes = may("run:write");
  const notes = useMemo((): FileNotes | null => {
    if (artifact_id === null) return null;
    const regions: FileNotes["regions"][number][] = [];
    const lines: FileNotes["lines"][number][] = [];
    for (const { first } of threads) {
      const { anchor } = first;
      const note = {
        id: first.id,
        open: isOpenThread(first),
        by: first.created_by_name ?? "somebody who left",
      };
      if (anchor?.kind === "image" && anchor.artifact_id === artifact_id) {
        const { x, y, width, height } = anchor;
        regions.push({ ...note, x, y, width, height });
      } else if (anchor?.kind === "text" && anchor.artifact_id === artifact_id) {
        lines.push({ ...note, from: anchor.start_line ?? anchor.line, to: anchor.line });
      }
    }
    const toComments = { artifact: null, more: "comments", on: null, threads: null, tall: null };
    return {
      regions,
      lines,
      sought,
      onShow: (comment) => set({ ...toComments, comment }),
      ...(writes
        ? {
            onSay: (part) => {
              if (part.kind === "image") anchorDraft(run.id, { ...part, artifact_id });
              else {
                const start_line = part.from === part.to ? null : part.from;
                const lines = { line: part.to, start_line, quote: part.quote };
                anchorDraft(run.id, { kind: "text", artifact_id, ...lines });
              }
              set({ ...toComments, comment: null });
              // The dialog gives the focus back first.
              setTimeout(focusComposer, 200);
            },
          }
        : {}),
    };
  }, [threads, artifact_id, sought, writes, run.id, set]);
  return <ArtifactPreview run={run} notes={notes} />;
}
