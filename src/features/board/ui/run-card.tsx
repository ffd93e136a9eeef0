"use client";

import { MessageSquare, Paperclip, Pause, Play, RotateCcw } from "lucide-react";
import dynamic from "next/dynamic";
import Link from "next/link";
import { memo, useRef, useState } from "react";
import { Avatar } from "../../../components/avatar";
import { Duration } from "../../../components/duration";
import { IconButton } from "../../../components/icon-button";
import { RelativeTime } from "../../../components/relative-time";
import { RollingNumber } from "../../../components/rolling-number";
import { toast } from "../../../components/toast";
import { LIST_ITEM } from "../../../components/use-list-navigation";
import { withMarks } from "../../../lib/marks";
import type { ApprovalQuestion } from "../../approvals/ui/quick-decision";
import { ChangeNumbers } from "../../changes/ui/change-counts";
import { ArchiveSign } from "../../in-run/ui/archive-sign";
import { PinSign } from "../../in-run/ui/pin-sign";
import { PrioritySign } from "../../in-run/ui/priority-sign";
import { ProgressSegments } from "../../in-run/ui/progress-segments";
import {
  allSteps,
  doneSteps,
  failureOf,
  retryStep,
  runLook,
  segmentsOf,
  spanOf,
  tellingStep,
  withNumber,
} from "../../in-run/ui/run-facts";
import { spentWords } from "../../in-run/ui/spent-words";
import { StatusIcon } from "../../in-run/ui/status-icon";
import { needsPerson } from "../../in-run/ui/step-look";
import { TriggerSign } from "../../in-run/ui/trigger-sign";
import { LabelChips } from "../../labels/ui/label-chip";
import { useStepProgress } from "../../live/ui/use-live-project";
import { Viewers } from "../../presence/ui/viewers";
import { useProject } from "../../projects/ui/project-provider";
import type { RunListItem } from "../../runs/schema";
import type { Asking } from "../../runs/ui/run-dialogs";
import { RunMenu } from "../../runs/ui/run-menu";
import { momentOf, runWaitWords } from "../../runs/ui/run-wait-words";
import { type RunActions, useRunActions } from "../../runs/ui/use-run-actions";
import { PullRequestLink } from "../../ways-out/ui/pull-request-link";
import { CardAsk } from "./card-ask";
import { CardBudget } from "./card-budget";
import { CardLine, Moment } from "./card-line";
import { CardPermission } from "./card-permission";
import { GLIDES } from "./use-glide";

const RunDialogs = dynamic(() => import("../../runs/ui/run-dialogs").then((part) => part.RunDialogs));

const DecisionDialog = dynamic(() =>
  import("../../approvals/ui/decision-dialog").then((part) => part.DecisionDialog),
);

/** A run on the board: its name, its current step and actions on it. */
export const RunCard = memo(function RunCard({
  run,
  href,
  withDefinition,
  onMove,
  project,
}: {
  run: RunListItem;
  /** Name of its project, on a board of several. */
  project?: string | undefined;
  href: string;
  withDefinition: boolean;
  /** Asks where to move the card; absent where it cannot be moved. */
  onMove?: ((run: RunListItem) => void) | undefined;
}) {
  const { slug } = useProject();
  const actions = useRunActions(run);
  const [asking, setAsking] = useState<Asking>(null);
  const [question, setQuestion] = useState<ApprovalQuestion | null>(null);
  const article = useRef<HTMLElement>(null);
  const failure = failureOf(run);
  const step = tellingStep(run);
  const asks = step && needsPerson(step) ? step : undefined;
  const opener = useRef<Element | null>(null);
  const ask = (next: ApprovalQuestion) => {
    opener.current = document.activeElement;
    setQuestion(next);
  };
  // Once done, the card goes to another column, so a toast says where.
  const sayWhere = () =>
    toast.done(`${withNumber(run)} is cancelled`, {
      description: "It stands among those that ended recently.",
      link: { label: "Show cancelled runs", href: `/p/${slug}/runs?status=cancelled` },
    });
  const link = () => article.current?.querySelector<HTMLElement>("[data-list-item]") ?? null;
  return (
    <article
      ref={article}
      {...{ [GLIDES]: run.id }}
      data-run={run.id}
      className="group relative flex shrink-0 flex-col gap-1.5 rounded-outer border border-line bg-surface px-3 pt-2 pb-2.5 transition-colors hover:border-line-strong has-[[data-list-item]:focus-visible]:border-focus has-[[data-list-item]:focus-visible]:outline-2 has-[[data-list-item]:focus-visible]:outline-focus"
    >
      <div className="flex items-start gap-2 pointer-coarse:pr-8">
        <StatusIcon status={runLook(run)} className="mt-[3px]" />
        <h3 className="min-w-0 flex-1 text-list font-medium">
          <Link
            {...LIST_ITEM}
            href={href}
            // The card is dragged, not its address.
            draggable={false}
            className="line-clamp-2 scroll-mt-12 scroll-mb-28 break-words outline-none after:absolute after:inset-0 after:rounded-outer"
          >
            {withMarks(run.name)}
          </Link>
        </h3>
      </div>
      {asks?.waiting_for === "permission" ? (
        <CardPermission run={run} step={asks} onDone={() => link()?.focus()} />
      ) : asks ? (
        <CardAsk run={run} step={asks} onAsk={ask} onDone={() => link()?.focus()} />
      ) : run.over_budget ? (
        <CardBudget run={run} over={run.over_budget} onDone={() => link()?.focus()} />
      ) : (
        <CardPlace run={run} step={step} />
      )}
      <div className="relative flex items-center gap-2 pl-[22px] pointer-coarse:static">
        <ProgressSegments steps={segmentsOf(run)} className="flex-1" />
        <span aria-hidden className="text-meta text-faint">
          {doneSteps(run)}/{allSteps(run)}
        </span>
        <CardActions run={run} actions={actions} onAsk={setAsking} onMove={onMove} />
      </div>
      {failure ? (
        <p className="line-clamp-2 pl-[22px] text-meta break-words text-failed" title={withMarks(failure)}>
          {withMarks(failure)}
        </p>
      ) : null}
      <LabelChips labels={run.labels} className="pl-[22px]" />
      <div className="flex min-w-0 items-center gap-1.5 overflow-hidden pl-[22px] text-meta text-faint">
        <TriggerSign run={run} />
        <Avatar name={run.assignee_name ?? run.user_name} size={16} />
        <span className="shrink-0 tabular-nums">#{run.number}</span>
        {project ? <span className="min-w-0 truncate">{withMarks(project)}</span> : null}
        {withDefinition ? <span className="min-w-0 truncate">{withMarks(run.definition_name)}</span> : null}
        <span className="ml-auto flex shrink-0 items-center gap-1.5">
          {run.cost === null && run.tokens === null ? null : (
            <span className="truncate tabular-nums" title="Used by its agents">
              {spentWords(run).at(-1)}
            </span>
          )}
          {run.changes !== null && run.changes.files > 0 && !asks ? (
            <ChangeNumbers counts={run.changes} />
          ) : null}
          {run.pull_request ? (
            <PullRequestLink pullRequest={run.pull_request} className="relative z-10" />
          ) : null}
          <PrioritySign run={run} />
          <PinSign run={run} />
          <ArchiveSign run={run} />
          <Viewers run_id={run.id} size={16} className="relative z-10" />
          <Count icon={MessageSquare} count={run.comments_count} word="comment" />
          <Count icon={Paperclip} count={run.artifacts_count} word="artifact" />
          <RelativeTime at={run.created_at} />
        </span>
      </div>
      {question === null ? null : (
        <DecisionDialog
          open
          {...question}
          run={{ id: run.id, name: run.name }}
          href={href}
          onClose={() => setQuestion(null)}
          finalFocus={() => buttonIn(article.current, opener.current) ?? link()}
        />
      )}
      {asking === null ? null : (
        <RunDialogs
          run={run}
          asking={asking}
          onClose={() => setAsking(null)}
          actions={actions}
          onCancelled={sayWhere}
        />
      )}
    </article>
  );
});

/** `element` if it is still a part of the card; buttons disappear once their question is decided. */
function buttonIn(card: HTMLElement | null, element: Element | null): HTMLElement | null {
  return element instanceof HTMLElement && card?.contains(element) ? element : null;
}

/**
 * The run's most likely action and the menu of all actions. Shown on hover or focus, over the end of its progress, which
 * is no text; always in the upper corner where there is no mouse.
 */
function CardActions({
  run,
  actions,
  onAsk,
  onMove,
}: {
  run: RunListItem;
  actions: RunActions;
  onAsk: (asking: Asking) => void;
  onMove: ((run: RunListItem) => void) | undefined;
}) {
  const { allowed, busy } = actions;
  if (allowed.length === 0) return null;
  const from = retryStep(run);
  const small = "size-6 pointer-coarse:hidden";
  return (
    <span className="absolute top-1/2 right-0 z-10 flex -translate-y-1/2 rounded-inner bg-surface pl-1 opacity-0 transition-opacity group-focus-within:opacity-100 group-hover:opacity-100 has-[[aria-busy]]:opacity-100 has-[[data-popup-open]]:opacity-100 pointer-coarse:top-1 pointer-coarse:right-1 pointer-coarse:translate-y-0 pointer-coarse:opacity-100">
      {allowed.includes("pause") ? (
        <IconButton label="Pause" icon={Pause} className={small} onClick={actions.pause} disabled={busy} />
      ) : null}
      {allowed.includes("resume") ? (
        <IconButton label="Resume" icon={Play} className={small} onClick={actions.resume} disabled={busy} />
      ) : null}
      {run.status === "failed" && allowed.includes("retry") && from ? (
        <IconButton
          label={`Retry from ${from.name}`}
          icon={RotateCcw}
          className={small}
          onClick={() => onAsk({ retry: from.step_id, revision: "same" })}
          disabled={busy}
        />
      ) : null}
      <RunMenu
        run={run}
        actions={actions}
        onAsk={onAsk}
        onMove={onMove && (() => onMove(run))}
        className="size-6 pointer-coarse:size-9"
      />
    </span>
  );
}

function placeOf(run: RunListItem, step: RunListItem["steps"][number] | undefined): string | undefined {
  const waits = runWaitWords(run);
  if (waits !== null) return waits;
  if (run.status === "pending") return "waits for its turn";
  if (run.status === "paused" && step) {
    return step.status === "running" ? `${step.name} still finishes` : `before ${step.name}`;
  }
  return step?.name;
}

/** The running or failed step, its duration and its last line of output. */
function CardPlace({ run, step }: { run: RunListItem; step: RunListItem["steps"][number] | undefined }) {
  const span = spanOf(run);
  const running = run.status === "running";
  const line = useStepProgress(run.id, running ? step?.step_id : undefined);
  const place = placeOf(run, step);
  if (run.waiting_for && runWaitWords(run) !== null) {
    // Never truncated: the reason is what people look for.
    return (
      <p className="pl-[22px] text-meta text-pretty break-words text-muted pointer-coarse:pr-8">
        {withMarks(place)}
        <span aria-hidden className="text-faint">
          {"\u00a0·"}
        </span>{" "}
        <Moment {...momentOf(run.waiting_for)} />
      </p>
    );
  }
  return (
    <div className="pl-[22px] text-meta text-muted">
      <CardLine place={place}>
        {running && step?.stalled_since ? (
          <span className="text-stalled">
            stalled <RelativeTime at={step.stalled_since} />
          </span>
        ) : (
          <Duration {...span} />
        )}
      </CardLine>
      {running && line ? (
        <p className="truncate font-mono text-[11px] text-faint">{withMarks(line)}</p>
      ) : null}
    </div>
  );
}

/** Short form; hover and screen readers get the exact number. */
const COMPACT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

function Count({ icon: Icon, count, word }: { icon: typeof Paperclip; count: number; word: string }) {
  if (count === 0) return null;
  const label = `${count} ${word}${count === 1 ? "" : "s"}`;
  return (
    <span className="inline-flex shrink-0 items-center gap-0.5" title={withMarks(label)}>
      <Icon aria-hidden size={12} />
      <span aria-hidden>{count < 1_000 ? <RollingNumber value={count} /> : COMPACT.format(count)}</span>
      <span className="sr-only">{label}</span>
    </span>
  );
}
