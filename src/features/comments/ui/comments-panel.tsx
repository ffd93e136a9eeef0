"use client";

import { CircleDot } from "lucide-react";
import { useCallback, useRef } from "react";
import { createPortal } from "react-dom";
import { Button } from "../../../components/button";
import { pastedName } from "../../../components/dropped-files";
import { FileDrop } from "../../../components/file-drop";
import { useAddress } from "../../../components/use-address";
import { trpc } from "../../../trpc/react";
import { useImageOf } from "../../artifacts/ui/use-image-of";
import { useUploads } from "../../artifacts/ui/use-uploads";
import { StepFilter } from "../../in-run/ui/step-filter";
import { useEarlierComments } from "../../in-run/ui/use-run";
import type { WireRun, WireStep } from "../../in-run/ui/wire";
import { useProject } from "../../projects/ui/project-provider";
import { CommentList, type CommentListHandle } from "./comment-list";
import { Composer } from "./composer";
import { useMessageDraft } from "./message-drafts";
import { isOpenThread } from "./threads";
import { useCommentActions } from "./use-comment-actions";
import { useRunThreads } from "./use-run-threads";
import { useSoughtComment } from "./use-sought-comment";

/** The comments of a run and its steps. `openStep` is the step on screen. */
export function CommentsPanel({
  run,
  openStep,
  onStep,
  tools,
}: {
  run: WireRun;
  openStep: WireStep | undefined;
  onStep: (step_id: string) => void;
  /** Element beside the tabs in which the panel shows its controls. */
  tools: HTMLElement | null;
}) {
  const { may, role } = useProject();
  const { get, set } = useAddress();
  const me = trpc.users.me.useQuery();
  const { create, ...actions } = useCommentActions(run.id);
  const uploads = useUploads("comment", run.id);
  const message = useMessageDraft(run.id);
  const imageOf = useImageOf(run.artifacts);
  const earlier = useEarlierComments(run);
  const sought = get("comment");
  const search = useSoughtComment(sought, run.comments, run.comments_next_cursor, earlier);
  const list = useRef<CommentListHandle>(null);
  const jump = useRef(onStep);
  jump.current = onStep;
  const toStep = useCallback((step_id: string) => jump.current(step_id), []);

  const threads = useRunThreads(run);
  const { artifacts } = run;
  const artifactOf = useCallback((id: string) => artifacts.find((each) => each.id === id), [artifacts]);

  const byId = (step_id: string | null) => run.steps.find((step) => step.step_id === step_id);
  const only = byId(get("on"));
  const { on } = message.draft;
  // When filtered to one step, a new comment is about that step unless the person chooses otherwise.
  const about = on === null ? only : byId(on);
  const owner = about ?? openStep;
  const writes = may("run:write");
  const add = (files: File[]) => {
    if (!owner) return;
    const named = files.map((file) => {
      const name = pastedName(file, new Date());
      return name === file.name ? file : new File([file], name, { type: file.type });
    });
    uploads.add(named, owner.step_id, ({ id }) =>
      message.change((draft) => ({ artifact_ids: [...draft.artifact_ids, id] })),
    );
  };
  const shown = only
    ? run.comments.filter((comment) => comment.workflow_run_step_id === only.id)
    : run.comments;

  const open = threads.filter(
    ({ first }) => isOpenThread(first) && (!only || first.workflow_run_step_id === only.id),
  );
  const onlyOpen = get("threads") === "open";

  return (
    <FileDrop
      label="Drop to attach to your comment"
      onFiles={add}
      disabled={!writes || !owner}
      className="flex min-h-0 flex-1 flex-col border-t border-line"
    >
      {tools
        ? createPortal(
            <>
              {open.length > 0 || onlyOpen ? (
                <Button
                  variant="ghost"
                  icon={CircleDot}
                  aria-pressed={onlyOpen}
                  className="h-7 px-2 font-normal aria-pressed:text-accent-text pointer-coarse:h-9"
                  onClick={() => set({ threads: onlyOpen ? null : "open" })}
                >
                  {open.length} open
                </Button>
              ) : null}
              <StepFilter steps={run.steps} counted={run.comments} whole="Whole run" openStep={openStep} />
            </>,
            tools,
          )
        : null}
      <CommentList
        key={`${only?.id ?? "run"} ${onlyOpen}`}
        ref={list}
        comments={shown}
        earlier={earlier}
        stepOf={(row_id) => run.steps.find(({ id }) => id === row_id)}
        reader={{ user_id: me.data?.id, role }}
        sought={sought}
        search={search}
        writes={writes}
        actions={actions}
        imageOf={imageOf}
        artifactOf={artifactOf}
        only={onlyOpen ? open : null}
        onStep={toStep}
      />
      {writes ? (
        <Composer
          run={run}
          about={about}
          steps={run.steps.filter((step) => step === openStep || step === about || step === only)}
          message={message}
          uploads={uploads}
          create={create}
          imageOf={imageOf}
          onFiles={owner ? add : null}
          onSent={() => list.current?.toEnd()}
        />
      ) : null}
    </FileDrop>
  );
}
