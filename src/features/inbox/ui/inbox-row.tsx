"use client";

import Link from "next/link";
import { cx } from "../../../components/cx";
import { DOTTED } from "../../../components/dotted";
import { RelativeTime } from "../../../components/relative-time";
import { LIST_ITEM } from "../../../components/use-list-navigation";
import { withMarks } from "../../../lib/marks";
import { budgetWords } from "../../../model/budget-words";
import { PermissionButtons } from "../../agents/ui/permission-buttons";
import { type ApprovalQuestion, QuickDecision } from "../../approvals/ui/quick-decision";
import { RaiseBudget } from "../../in-run/ui/raise-budget";
import { StatusIcon } from "../../in-run/ui/status-icon";
import type { AskedApproval, InboxItem } from "../schema";
import { promptLine } from "./prompt-line";

/** A question with its run, project and answer buttons. `onAsk` and `onDone` as in `QuickDecision`. */
export function InboxRow({
  item,
  onAsk,
  onDone,
}: {
  item: InboxItem;
  onAsk: (question: ApprovalQuestion) => void;
  onDone: () => void;
}) {
  const { run, step, project } = item;
  const asks =
    item.waiting_for === "approval"
      ? promptLine(item.request.prompt)
      : item.waiting_for === "permission"
        ? item.tool_call.title
        : `The budget is reached: ${budgetWords(item.over_budget)}`;
  return (
    <li className="group relative flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-2 transition-colors hover:bg-hover has-[[data-list-item]:focus-visible]:bg-hover">
      <StatusIcon status="needs_you" className="mt-[3px] self-start" />
      <div className="min-w-0 flex-1 basis-60">
        <Link
          {...LIST_ITEM}
          data-inbox={item.id}
          href={`/p/${project.slug}/runs/${run.id}?step=${encodeURIComponent(step.step_id)}`}
          className="flex min-w-0 items-baseline gap-x-2 outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-focus"
        >
          <span className="max-w-1/2 shrink-0 truncate font-medium">{withMarks(step.name)}</span>
          <span className="min-w-0 truncate text-muted">{withMarks(run.name)}</span>
        </Link>
        {asks ? <p className="truncate text-muted">{asks}</p> : null}
        <p className={cx(DOTTED, "flex-wrap text-meta text-faint")}>
          <span>{withMarks(project.name)}</span>
          <span className="tabular-nums">#{run.number}</span>
          <span>{withMarks(run.definition_name)}</span>
          {item.waiting_for === "approval" ? <ApprovalFacts item={item} /> : null}
          {item.waiting_for === "permission" ? <span>{item.agent} asks</span> : null}
          <span>
            asked <RelativeTime at={item.asked_at} />
          </span>
        </p>
      </div>
      <div className="flex flex-wrap gap-1.5 max-sm:pl-[26px]">
        {item.waiting_for === "approval" ? (
          <QuickDecision {...{ step, run, request: item.request, onAsk, onDone }} />
        ) : item.waiting_for === "permission" ? (
          <PermissionButtons {...{ request: item, step, run, onDone }} />
        ) : (
          <RaiseBudget run={run} over={item.over_budget} onDone={onDone} />
        )}
      </div>
    </li>
  );
}

function ApprovalFacts({ item: { run, request, approvals, wake_at } }: { item: AskedApproval }) {
  const { count } = request.approvers;
  return (
    <>
      <span>started by {withMarks(run.user_name)}</span>
      {count > 1 ? (
        <span>
          {approvals} of {count} approved
        </span>
      ) : null}
      {wake_at ? (
        <span>
          fails without a decision <RelativeTime at={wake_at} />
        </span>
      ) : null}
    </>
  );
}
