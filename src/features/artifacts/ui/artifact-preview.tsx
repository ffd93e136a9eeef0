"use client";

import { Dialog as Base } from "@base-ui/react/dialog";
import { ChevronLeft, ChevronRight, Download, FileX, X } from "lucide-react";
import { type KeyboardEvent, useMemo, useRef } from "react";
import { CopyButton } from "../../../components/copy-button";
import { BACKDROP } from "../../../components/dialog";
import { FileNameText } from "../../../components/file-name-text";
import { fileSize } from "../../../components/file-size";
import { IconButton } from "../../../components/icon-button";
import { EmptyState } from "../../../components/states";
import { Tooltip } from "../../../components/tooltip";
import { useTabTitle } from "../../../components/use-tab-title";
import { inSentence, withMarks } from "../../../lib/marks";
import { withNumber } from "../../in-run/ui/run-facts";
import type { WireRun } from "../../in-run/ui/wire";
import type { Artifact } from "../schema";
import { groupByStep, neighboursOf } from "./artifact-groups";
import { downloadUrl } from "./artifact-urls";
import { FileIcon } from "./file-icon";
import { type FileNotes, FileNotesContext } from "./file-notes";
import { PreviewBody } from "./preview-body";
import { useImageOf } from "./use-image-of";
import { previewLink, useOpenArtifact } from "./use-open-artifact";

const POPUP =
  "floats fixed z-40 flex flex-col overflow-hidden outline-none transition-[opacity,translate] duration-[140ms] data-ending-style:opacity-0 data-starting-style:translate-y-2 data-starting-style:opacity-0 max-sm:inset-x-0 max-sm:top-[5dvh] max-sm:bottom-0 max-sm:rounded-b-none sm:inset-x-0 sm:top-[6dvh] sm:mx-auto sm:h-[86dvh] sm:w-[min(64rem,calc(100vw-3rem))]";

/** Preview of the artifact in the address: arrow keys move to the next, D saves, Esc closes. */
export function ArtifactPreview({
  run,
  notes = null,
}: {
  run: WireRun;
  /** What people say of its parts. */
  notes?: FileNotes | null;
}) {
  const { id, open, close } = useOpenArtifact();
  const imageOf = useImageOf(run.artifacts);
  const popup = useRef<HTMLDivElement>(null);
  const download = useRef<HTMLAnchorElement>(null);
  const ordered = useMemo(
    () => groupByStep(run.steps, run.artifacts).flatMap(({ artifacts }) => artifacts),
    [run.steps, run.artifacts],
  );
  // Keeps showing the artifact during the closing animation.
  const last = useRef(id);
  if (id !== null) last.current = id;
  const { at, artifact, before, after } = neighboursOf(ordered, last.current ?? "");

  useTabTitle(id !== null && artifact ? `${inSentence(artifact.name)} · ${withNumber(run)}` : null);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.metaKey || event.ctrlKey || event.altKey || event.target instanceof HTMLMediaElement) return;
    if (event.key === "ArrowLeft" && before) open(before.id);
    else if (event.key === "ArrowRight" && after) open(after.id);
    else if (event.key.toLowerCase() === "d") download.current?.click();
    else return;
    event.preventDefault();
  };

  return (
    <Base.Root open={id !== null} onOpenChange={(next) => !next && close()}>
      <Base.Portal>
        <Base.Backdrop className={BACKDROP} />
        <Base.Popup ref={popup} initialFocus={popup} onKeyDown={onKeyDown} className={POPUP}>
          <header className="flex shrink-0 flex-wrap items-center gap-x-2.5 border-b border-line py-1.5 pr-2 pl-4">
            {artifact ? (
              <Title artifact={artifact} run={run} />
            ) : (
              <Base.Title className="text-list font-medium">No such artifact</Base.Title>
            )}
            <span className="ml-auto flex shrink-0 items-center">
              {ordered.length > 1 && artifact ? (
                <>
                  <IconButton
                    label="Previous"
                    shortcut="arrowleft"
                    icon={ChevronLeft}
                    disabled={!before}
                    onClick={() => before && open(before.id)}
                  />
                  <span className="px-0.5 text-meta text-faint" aria-live="polite">
                    {at + 1} of {ordered.length}
                  </span>
                  <IconButton
                    label="Next"
                    shortcut="arrowright"
                    icon={ChevronRight}
                    disabled={!after}
                    onClick={() => after && open(after.id)}
                  />
                  <span className="mx-1.5 h-4 w-px bg-line" />
                </>
              ) : null}
              {artifact ? (
                <>
                  <CopyButton text={previewLink(artifact.id)} label="Copy link" />
                  {artifact.file_missing ? null : (
                    <Tooltip label="Download" shortcut="d">
                      <a
                        ref={download}
                        href={downloadUrl(artifact.id)}
                        download
                        aria-label="Download"
                        className="size-control inline-flex items-center justify-center rounded-outer text-muted transition-colors hover:bg-hover hover:text-text"
                      >
                        <Download aria-hidden size={16} />
                      </a>
                    </Tooltip>
                  )}
                </>
              ) : null}
              <Base.Close render={<IconButton label="Close" shortcut="escape" icon={X} />} />
            </span>
          </header>
          <div className="flex min-h-0 flex-1 flex-col">
            {artifact ? (
              <FileNotesContext value={notes}>
                <PreviewBody key={artifact.id} artifact={artifact} imageOf={imageOf} />
              </FileNotesContext>
            ) : (
              <EmptyState icon={FileX} title="This artifact is gone" className="flex-1">
                It was deleted, or it belongs to another run.
              </EmptyState>
            )}
          </div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

function Title({ artifact, run }: { artifact: Artifact; run: WireRun }) {
  const step = run.steps.find(({ id }) => id === artifact.workflow_run_step_id);
  return (
    <div className="flex min-w-0 flex-1 items-center gap-2 max-sm:basis-full">
      <FileIcon {...artifact} />
      <Base.Title className="min-w-0 text-list font-medium">
        <FileNameText name={artifact.name} />
      </Base.Title>
      <span className="shrink-0 text-meta text-faint">{fileSize(artifact.size_bytes)}</span>
      {step ? (
        <span className="min-w-0 truncate text-meta text-faint max-md:hidden">· {withMarks(step.name)}</span>
      ) : null}
    </div>
  );
}
