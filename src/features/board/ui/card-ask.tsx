"use client";

import Link from "next/link";
import { Skeleton } from "../../../components/skeleton";
import { withMarks } from "../../../lib/marks";
import { trpc } from "../../../trpc/react";
import { approvalsOf, refusalOf } from "../../approvals/ui/approval-facts";
import { type ApprovalQuestion, QuickDecision } from "../../approvals/ui/quick-decision";
import { ChangeNumbers } from "../../changes/ui/change-counts";
import { promptLine } from "../../inbox/ui/prompt-line";
import { useProject } from "../../projects/ui/project-provider";
import type { RunListItem } from "../../runs/schema";
import { CardLine, Moment } from "./card-line";
import { useAsk } from "./use-ask";

/**
 * The question on a card, with approve and reject buttons for people who may decide. `onAsk` is called when the decision needs
 * a form or a note; `onDone` after a decision, before the buttons disappear.
 */
export function CardAsk({
  run,
  step,
  onAsk,
  onDone,
}: {
  run: RunListItem;
  step: RunListItem["steps"][number];
  onAsk: (question: ApprovalQuestion) => void;
  onDone: () => void;
}) {
  const { role, slug } = useProject();
  const me = trpc.users.me.useQuery();
  const { data, isError } = useAsk(run, step);
  const request = data?.request ?? null;
  const asked = request && {
    approvers: request.approvers,
    started_by: run.user_id,
    attempt: data?.attempt ?? 0,
    decisions: data?.decisions ?? [],
  };

  const refusal = asked ? refusalOf(asked, { user_id: me.data?.id, role }) : null;
  return (
    <div className="flex flex-col gap-1.5 pl-[22px] text-meta text-muted">
      <CardLine place={step.name}>
        {asked && asked.approvers.count > 1 ? (
          <span>
            {approvalsOf(asked)} of {asked.approvers.count}
            <span className="sr-only"> approved</span>
          </span>
        ) : null}
        {asked && data?.started_at ? <Moment word="asked" at={data.started_at} /> : null}
      </CardLine>
      {request ? <p className="line-clamp-3 break-words text-text">{promptLine(request.prompt)}</p> : null}
      {request && run.changes !== null && run.changes.files > 0 ? (
        <Link
          href={`/p/${slug}/runs/${run.id}?more=changes&tall=1`}
          className="relative z-10 w-fit rounded-inner hover:text-text hover:underline pointer-coarse:py-2"
        >
          <ChangeNumbers counts={run.changes} withFiles />
        </Link>
      ) : null}
      <div className="flex min-h-7 flex-wrap items-center gap-1.5 pointer-coarse:min-h-9">
        {!request || !asked || me.isPending ? (
          isError ? (
            <span>Open the run to see what is asked.</span>
          ) : (
            <Skeleton className="h-5 w-32" />
          )
        ) : refusal !== null ? (
          <span className="text-pretty">{withMarks(refusal)}</span>
        ) : (
          <QuickDecision {...{ step, run, request, onAsk, onDone }} />
        )}
      </div>
    </div>
  );
}
