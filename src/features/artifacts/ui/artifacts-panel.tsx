"use client";

import { FolderDown, Paperclip, Upload } from "lucide-react";
import { useRef } from "react";
import { createPortal } from "react-dom";
import { Button, buttonClass } from "../../../components/button";
import { FileDrop } from "../../../components/file-drop";
import { ShowMore } from "../../../components/show-more";
import { EmptyState } from "../../../components/states";
import { useAddress } from "../../../components/use-address";
import { useListNavigation } from "../../../components/use-list-navigation";
import { withMarks } from "../../../lib/marks";
import { StepFilter } from "../../in-run/ui/step-filter";
import { useMoreArtifacts } from "../../in-run/ui/use-run";
import type { WireRun, WireStep } from "../../in-run/ui/wire";
import { useProject } from "../../projects/ui/project-provider";
import { groupByStep } from "./artifact-groups";
import { ArtifactRow } from "./artifact-row";
import { allUrl } from "./artifact-urls";
import { UploadRow } from "./upload-row";
import { useArtifactActions } from "./use-artifact-actions";
import { useUploads } from "./use-uploads";

/** The artifacts of a run, with uploads. `openStep` is the step on screen; uploads go to it. */
export function ArtifactsPanel({
  run,
  openStep,
  tools,
}: {
  run: WireRun;
  openStep: WireStep | undefined;
  /** Element beside the tabs in which the panel shows its controls. */
  tools: HTMLElement | null;
}) {
  const { may } = useProject();
  const { get } = useAddress();
  const actions = useArtifactActions(run.id);
  const uploads = useUploads("artifacts", run.id);
  const more = useMoreArtifacts(run);
  const picker = useRef<HTMLInputElement>(null);
  const list = useListNavigation<HTMLElement>();
  const only = run.steps.find((step) => step.step_id === get("on"));
  const target = only ?? openStep;
  const writes = may("run:write") && target !== undefined;
  const groups = groupByStep(only ? [only] : run.steps, run.artifacts);
  const add = (files: File[]) => {
    if (target) uploads.add(files, target.step_id);
  };
  const pick = () => picker.current?.click();

  return (
    <FileDrop
      label={`Drop to add to ${target?.name ?? "the run"}`}
      onFiles={add}
      disabled={!writes}
      className="flex min-h-0 flex-1 flex-col border-t border-line"
    >
      {tools
        ? createPortal(
            <>
              <StepFilter steps={run.steps} counted={run.artifacts} whole="All steps" />
              {groups.length > 0 ? (
                <a
                  href={allUrl(run.id, only?.step_id)}
                  download
                  aria-label={only ? withMarks(`Download all of ${only.name}`) : "Download all"}
                  className={buttonClass("ghost")}
                >
                  <FolderDown aria-hidden size={14} className="shrink-0" />
                  <span className="max-sm:hidden">Download all</span>
                </a>
              ) : null}
              {writes ? (
                <Button
                  variant="ghost"
                  icon={Upload}
                  className="min-w-0 shrink max-md:ml-auto"
                  onClick={pick}
                >
                  <span className="max-w-48 truncate">Upload to {withMarks(target.name)}</span>
                </Button>
              ) : null}
            </>,
            tools,
          )
        : null}
      {writes ? (
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          aria-label="Files to upload"
          onChange={({ currentTarget }) => {
            add([...(currentTarget.files ?? [])]);
            currentTarget.value = "";
          }}
        />
      ) : null}
      <section ref={list} aria-label="Artifacts" className="min-h-0 flex-1 overflow-y-auto">
        {groups.length === 0 && uploads.items.length === 0 && more === null ? (
          <EmptyState
            icon={Paperclip}
            title={only ? `${only.name} has no artifacts` : "No artifacts yet"}
            className="py-8"
            action={
              writes ? (
                <Button icon={Upload} onClick={pick}>
                  Upload a file
                </Button>
              ) : null
            }
          >
            {writes
              ? "Files that a step makes are kept here, and what is dropped on this panel."
              : "Files that a step makes are kept here."}
          </EmptyState>
        ) : null}
        {groups.map(({ step, artifacts }) => (
          <section key={step.id} aria-label={withMarks(`Artifacts of ${step.name}`)}>
            <h3 className="sticky top-0 z-10 flex items-center gap-2 border-b border-line bg-sunken px-4 py-1 text-meta text-muted">
              <span className="min-w-0 truncate">{withMarks(step.name)}</span>
              <span className="text-faint">
                {artifacts.length}
                {more ? "+" : null}
              </span>
            </h3>
            <ul className="divide-y divide-line border-b border-line">
              {artifacts.map((artifact) => (
                <ArtifactRow
                  key={artifact.id}
                  artifact={artifact}
                  comments={run.comments}
                  actions={actions}
                  writes={may("run:write")}
                />
              ))}
            </ul>
          </section>
        ))}
        <ShowMore more={more}>Show more artifacts</ShowMore>
      </section>
      {uploads.items.length > 0 ? (
        <ul
          aria-label="Uploads"
          className="max-h-[50%] shrink-0 divide-y divide-line overflow-y-auto border-t border-line bg-surface px-4"
        >
          {uploads.items.map((upload) => (
            <UploadRow key={upload.key} upload={upload} uploads={uploads} />
          ))}
        </ul>
      ) : null}
    </FileDrop>
  );
}
