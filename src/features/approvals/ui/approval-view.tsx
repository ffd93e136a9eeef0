"use client";

import { CircleSlash, Hourglass } from "lucide-react";
import { type RefObject, useRef, useState } from "react";
import { Markdown } from "../../../components/markdown";
import { RelativeTime } from "../../../components/relative-time";
import { EmptyState } from "../../../components/states";
import { withMarks } from "../../../lib/marks";
import { namesOr } from "../../../lib/names-or";
import type { ApprovalRequest, Decision } from "../../../model/states";
import { trpc } from "../../../trpc/react";
import type { Artifact } from "../../artifacts/schema";
import { useImageOf } from "../../artifacts/ui/use-image-of";
import { StatusIcon } from "../../in-run/ui/status-icon";
import type { WireAttempt, WireDecision, WireStep } from "../../in-run/ui/wire";
import { useProject } from "../../projects/ui/project-provider";
import { type Asked, approvalsOf, couldDecide, refusalOf, whoIsAsked } from "./approval-facts";
import { DecisionControls } from "./decision-controls";
import { DecisionDialog } from "./decision-dialog";
import { DecisionList } from "./decision-list";

export interface ApprovalRun {
  id: string;
  name: string;
  /** Who started the run. */
  user_id: string;
  /** Its files as they are. */
  snapshot: string | null;
  artifacts: readonly Artifact[];
}

/** An approval's attempt: the question, who is asked, what was decided, and the controls while it is open. */
export function ApprovalView({
  step,
  attempt,
  newest,
  decisions,
  run,
}: {
  step: WireStep;
  attempt: WireAttempt;
  newest: boolean;
  /** The decisions of all attempts. */
  decisions: WireDecision[];
  run: ApprovalRun;
}) {
  const root = useRef<HTMLElement>(null);
  const rejectButton = useRef<HTMLButtonElement>(null);
  const [footer, setFooter] = useState<HTMLElement | null>(null);
  const [asking, setAsking] = useState<Exclude<Decision, "approve"> | null>(null);
  const imageOf = useImageOf(run.artifacts);
  // Only the newest attempt has its request; earlier ones show just their decisions.
  const request = newest ? step.request : null;
  const open = newest && step.waiting_for === "approval";
  const asked = request && {
    approvers: request.approvers,
    started_by: run.user_id,
    attempt: step.attempt,
    snapshot: run.snapshot,
    decisions,
  };
  const here = decisions.filter((each) => each.attempt === attempt.number);
  return (
    <section
      ref={root}
      aria-label="Approval"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      className="flex min-h-0 flex-1 flex-col border-t border-line outline-offset-[-2px]"
    >
      <div className="min-h-0 flex-1 overflow-y-auto px-4 py-4">
        <div className="flex max-w-180 flex-col gap-4">
          {open && asked ? <WhatIsNeeded asked={asked} wakeAt={step.wake_at} /> : null}
          {request ? <Markdown text={request.prompt} imageOf={imageOf} /> : null}
          <DecisionList decisions={here} form={step.request?.form ?? null} />
          {open && request && asked ? (
            <MayDecide {...{ step, request, asked, run, root, rejectButton, footer }} onAsk={setAsking} />
          ) : null}
          {!open && here.length === 0 ? <NobodyDecided running={attempt.status === "running"} /> : null}
        </div>
      </div>
      {/* The buttons never scroll away, however long the question is. */}
      <div
        ref={setFooter}
        className="flex shrink-0 flex-wrap items-center justify-end gap-2 border-t border-line px-4 py-2.5 empty:hidden"
      />
      <DecisionDialog
        open={asking !== null}
        decision={asking ?? "reject"}
        step={step}
        run={run}
        onClose={() => setAsking(null)}
        finalFocus={() => rejectButton.current ?? root.current}
      />
    </section>
  );
}

function WhatIsNeeded({ asked, wakeAt }: { asked: Asked; wakeAt: string | null }) {
  const { count } = asked.approvers;
  return (
    <div className="flex flex-col gap-0.5 rounded-outer border border-needs-you/40 bg-needs-you-fill/8 px-3 py-2">
      <p className="flex items-start gap-2 text-list font-medium">
        <StatusIcon status="needs_you" decorative className="mt-[3px]" />
        <span>{whoIsAsked(asked.approvers)}</span>
      </p>
      <p className="flex flex-wrap gap-x-1.5 pl-[22px] text-meta text-muted">
        {count > 1 ? (
          <span>
            {approvalsOf(asked)} of {count} approved
          </span>
        ) : null}
        {count > 1 && wakeAt ? <span aria-hidden>·</span> : null}
        {wakeAt ? (
          <span>
            fails without a decision <RelativeTime at={wakeAt} />
          </span>
        ) : null}
      </p>
    </div>
  );
}

/** The decision controls, or the names of people who may decide. */
function MayDecide({
  step,
  request,
  asked,
  ...rest
}: {
  step: WireStep;
  request: ApprovalRequest;
  asked: Asked;
  run: ApprovalRun;
  root: RefObject<HTMLElement | null>;
  rejectButton: RefObject<HTMLButtonElement | null>;
  footer: HTMLElement | null;
  onAsk: (decision: Exclude<Decision, "approve">) => void;
}) {
  const { id, role } = useProject();
  const me = trpc.users.me.useQuery();
  const refusal = refusalOf(asked, { user_id: me.data?.id, role });
  const unknown = me.isPending && role !== "viewer";
  const members = trpc.members.list.useQuery({ project_id: id }, { enabled: refusal !== null });
  if (unknown) return null;
  if (refusal === null) return <DecisionControls step={step} request={request} {...rest} />;
  const names = members.data ? couldDecide(asked, members.data.items) : null;
  return (
    <p className="text-list text-pretty text-muted">
      {withMarks(refusal)}.
      {names === null ? null : names.length > 0 ? (
        <> Ask {namesOr(names)}.</>
      ) : (
        " Nobody else in this project can; an owner may add somebody."
      )}
    </p>
  );
}

function NobodyDecided({ running }: { running: boolean }) {
  return running ? (
    <EmptyState icon={Hourglass} title="It is being asked" className="py-8" />
  ) : (
    <EmptyState icon={CircleSlash} title="Nobody decided" className="py-8">
      It ended before anybody approved or rejected it.
    </EmptyState>
  );
}
