"use client";

import { Bell, BellRing, ChevronLeft, CopyPlus, History, Pause, Play, RotateCcw } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Avatar } from "../../../components/avatar";
import { Button } from "../../../components/button";
import { CopyButton } from "../../../components/copy-button";
import { Duration } from "../../../components/duration";
import { IconButton } from "../../../components/icon-button";
import { RelativeTime } from "../../../components/relative-time";
import { useAddress } from "../../../components/use-address";
import { withMarks } from "../../../lib/marks";
import { isRunEnded } from "../../../model/states";
import { ChangeNumbers } from "../../changes/ui/change-counts";
import { ArchiveSign } from "../../in-run/ui/archive-sign";
import { PinSign } from "../../in-run/ui/pin-sign";
import { PrioritySign } from "../../in-run/ui/priority-sign";
import { isNumbered, retryStep, runLook, shortId, spanOf, withNumber } from "../../in-run/ui/run-facts";
import { spentWords } from "../../in-run/ui/spent-words";
import { StatusIcon } from "../../in-run/ui/status-icon";
import { TriggerSign } from "../../in-run/ui/trigger-sign";
import type { WireRun } from "../../in-run/ui/wire";
import { LabelChips } from "../../labels/ui/label-chip";
import { Viewers } from "../../presence/ui/viewers";
import { useProject } from "../../projects/ui/project-provider";
import { PullRequestLink } from "../../ways-out/ui/pull-request-link";
import { type Asking, RunDialogs } from "./run-dialogs";
import { RunMenu } from "./run-menu";
import { momentOf, runWaitWords } from "./run-wait-words";
import { RunWaited } from "./run-waited";
import type { RunActions } from "./use-run-actions";
import { useFollow, useRunCommands } from "./use-run-commands";

/** A run's name, starter, duration and actions. `openStep`, on screen, offers its own retry if it failed. */
export function RunHeader({
  run,
  actions,
  openStep,
}: {
  run: WireRun;
  actions: RunActions;
  openStep: string | undefined;
}) {
  const { slug } = useProject();
  const router = useRouter();
  const { set } = useAddress();
  const [asking, setAsking] = useState<Asking>(null);
  const root = `/p/${slug}`;
  const { newest_revision: newest } = run.definition;
  const waits = runWaitWords(run);
  return (
    <header className="flex min-h-12 shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-2">
      <Link
        href={root}
        className="h-control -ml-1.5 flex items-center gap-0.5 rounded-outer pr-2 pl-1 text-list text-muted transition-colors hover:bg-hover hover:text-text"
      >
        <ChevronLeft aria-hidden size={14} />
        Board
      </Link>
      <div className="flex min-w-0 items-center gap-2">
        <StatusIcon status={runLook(run)} size={16} />
        <h1 className="min-w-0 truncate text-title font-medium" title={withMarks(withNumber(run))}>
          {withMarks(run.name)}
        </h1>
        {isNumbered(run) ? null : (
          <span className="shrink-0 text-prose text-faint tabular-nums">#{run.number}</span>
        )}
        <PrioritySign run={run} size={14} />
        <PinSign run={run} size={14} />
        <ArchiveSign run={run} size={14} />
        <LabelChips labels={run.labels} most={5} className="max-md:hidden" />
      </div>
      <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-0.5 text-list text-muted max-md:basis-full">
        <Link
          href={`${root}/definitions/${run.definition.slug}`}
          className="max-w-64 truncate rounded-inner hover:text-text hover:underline"
        >
          {withMarks(run.definition.name)} <span className="text-faint">r{run.revision}</span>
        </Link>
        <span className="inline-flex items-center font-mono text-code text-faint">
          {shortId(run.id)}
          <CopyButton text={run.id} label="Copy the run's id" />
          <IconButton
            label="Replay"
            shortcut="shift+h"
            icon={History}
            onClick={() => set({ at: "last" }, { push: true })}
          />
        </span>
        <span className="inline-flex items-center gap-1.5">
          <TriggerSign run={run} size={14} />
          <Avatar name={run.user_name} size={18} />
          <RelativeTime at={run.started_at ?? run.created_at} />
        </span>
        {run.assignee_name === null ? null : (
          <span className="inline-flex min-w-0 items-center gap-1.5">
            assigned to <Avatar name={run.assignee_name} size={18} decorative />
            <span className="max-w-40 truncate">{withMarks(run.assignee_name)}</span>
          </span>
        )}
        <LabelChips labels={run.labels} most={5} className="md:hidden" />
        <Duration {...spanOf(run)} />
        <RunWaited run={run} />
        {run.changes === null ? null : (
          <button
            type="button"
            onClick={() => set({ more: "changes", tall: "1" })}
            className="rounded-inner hover:text-text hover:underline"
          >
            <ChangeNumbers counts={run.changes} withFiles />
          </button>
        )}
        {run.pull_request ? <PullRequestLink pullRequest={run.pull_request} /> : null}
        {spentWords(run).map((words) => (
          <span key={words} className="whitespace-nowrap tabular-nums" title="Used by its agents">
            {words}
          </span>
        ))}
        {waits !== null && run.waiting_for ? (
          <span>
            {withMarks(waits)} <WaitMoment wait={run.waiting_for} />
          </span>
        ) : null}
      </div>
      <div className="flex items-center gap-2 md:ml-auto">
        <Viewers run_id={run.id} size={22} />
        <FollowButton run={run} />
        <RunButtons run={run} actions={actions} onAsk={setAsking} openStep={openStep} />
        <RunMenu
          run={run}
          actions={{ ...actions, busy: false }}
          onAsk={setAsking}
          everyStep
          newestRevision={newest > run.revision ? newest : undefined}
        />
      </div>
      <RunDialogs
        run={run}
        asking={asking}
        onClose={() => setAsking(null)}
        actions={actions}
        onDeleted={() => router.replace(`${root}/runs`)}
      />
    </header>
  );
}

function WaitMoment({ wait }: { wait: NonNullable<WireRun["waiting_for"]> }) {
  const { word, at } = momentOf(wait);
  return (
    <>
      {word === "since" ? "since " : null}
      <RelativeTime at={at} />
    </>
  );
}

function FollowButton({ run }: { run: WireRun }) {
  const { busy, setFollowed } = useFollow(run);
  const { followed, followers_count: count } = run;
  return (
    <Button
      variant="ghost"
      icon={followed ? BellRing : Bell}
      busy={busy}
      aria-pressed={followed}
      title={`${count === 0 ? "Nobody" : count} ${count > 1 ? "follow" : "follows"} it`}
      onClick={() => setFollowed(!followed)}
    >
      <span className="max-lg:sr-only">{followed ? "Following" : "Follow"}</span>
    </Button>
  );
}

function RunButtons({
  run,
  actions,
  onAsk,
  openStep,
}: {
  run: WireRun;
  actions: RunActions;
  onAsk: (asking: Asking) => void;
  openStep: string | undefined;
}) {
  const { allowed, busy } = actions;
  const from = retryStep(run);
  const offeredBelow = from?.status === "failed" && from.step_id === openStep;
  const retries = allowed.includes("retry") && from !== undefined;
  useRunCommands(run, actions, onAsk);
  return (
    <>
      {allowed.includes("pause") ? (
        <Button icon={Pause} busy={busy} onClick={actions.pause}>
          Pause
        </Button>
      ) : null}
      {allowed.includes("resume") ? (
        <Button icon={Play} busy={busy} onClick={actions.resume}>
          Resume
        </Button>
      ) : null}
      {retries && run.status !== "completed" ? (
        <Button
          icon={RotateCcw}
          busy={busy}
          onClick={() => onAsk({ retry: from.step_id, revision: "same" })}
          className={offeredBelow ? "md:hidden" : undefined}
        >
          <span className="max-w-48 truncate">Retry from {withMarks(from.name)}</span>
        </Button>
      ) : null}
      {allowed.includes("again") && isRunEnded(run.status) ? (
        <Button
          icon={CopyPlus}
          busy={busy}
          title="A new run with the same args. With Shift it starts at once."
          onClick={(event) => (event.shiftKey ? actions.again() : onAsk("again"))}
        >
          Run again
        </Button>
      ) : null}
    </>
  );
}
