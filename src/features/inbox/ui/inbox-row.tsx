"use client";

import { AtSign, Check, Clock, Inbox, Mail, MailOpen, MessageSquare, UserRound } from "lucide-react";
import Link from "next/link";
import { cx } from "../../../components/cx";
import { DOTTED } from "../../../components/dotted";
import { IconButton } from "../../../components/icon-button";
import { Menu, MenuItem } from "../../../components/menu";
import { RelativeTime } from "../../../components/relative-time";
import { LIST_ITEM } from "../../../components/use-list-navigation";
import { withMarks } from "../../../lib/marks";
import { isRunEnded } from "../../../model/states";
import { PermissionButtons } from "../../agents/ui/permission-buttons";
import { type ApprovalQuestion, QuickDecision } from "../../approvals/ui/quick-decision";
import { RaiseBudget } from "../../in-run/ui/raise-budget";
import { displayStatus, STATUS_LOOKS } from "../../in-run/ui/status";
import { StatusIcon } from "../../in-run/ui/status-icon";
import type { AskedApproval, InboxItem, MarkInboxInput } from "../schema";
import { detailWords, hrefOf, isQuestion, reasonWords } from "./inbox-words";
import { snoozeTimes } from "./snooze-times";

export type Mark = (item: InboxItem, change: Pick<MarkInboxInput, "read" | "done" | "snoozed_until">) => void;

/** An item with its reason, run, project and what can be done with it. `onAsk` and `onDone` as in `QuickDecision`. */
export function InboxRow({
  item,
  mark,
  onAsk,
  onDone,
}: {
  item: InboxItem;
  mark: Mark;
  onAsk: (question: ApprovalQuestion) => void;
  onDone: () => void;
}) {
  const { run, project } = item;
  const step = "step" in item ? item.step : null;
  const asks = isQuestion(item);
  const unread = !asks && item.read_at === null && item.done_at === null;
  const detail = detailWords(item);
  return (
    <li
      data-inbox-row={item.key}
      className={cx(
        "group relative flex items-center gap-x-3 gap-y-2 py-2 pr-3 pl-4 transition-colors hover:bg-hover has-[[data-list-item]:focus-visible]:bg-hover",
        asks && "flex-wrap",
      )}
    >
      <span className="relative mt-[3px] self-start">
        {unread ? (
          <span className="absolute top-1 -left-2.5 size-1.5 rounded-full bg-accent-text">
            <span className="sr-only">Unread</span>
          </span>
        ) : null}
        <ReasonSign item={item} />
      </span>
      <div className="min-w-0 flex-1 basis-60">
        <Link
          {...LIST_ITEM}
          data-inbox={item.key}
          href={hrefOf(item)}
          prefetch={false}
          onClick={() => (unread ? mark(item, { read: true }) : null)}
          className="flex min-w-0 items-baseline gap-x-2 outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-focus"
        >
          <span className={cx("max-w-2/3 shrink-0 truncate", asks || unread ? "font-medium" : "text-muted")}>
            {withMarks(asks && step ? step.name : run.name)}
          </span>
          <span className="min-w-0 truncate text-muted">
            {withMarks(asks ? run.name : item.reason === "failed" && step ? step.name : "")}
          </span>
        </Link>
        {detail ? <p className="truncate text-muted">{withMarks(detail)}</p> : null}
        <p className={cx(DOTTED, "flex-wrap text-meta text-faint")}>
          <span className="text-muted">{withMarks(reasonWords(item))}</span>
          {item.reason === "failed" && item.run.status !== "failed" ? (
            <span>now {STATUS_LOOKS[displayStatus(item.run.status)].label.toLowerCase()}</span>
          ) : null}
          <span>{withMarks(project.name)}</span>
          <span className="tabular-nums">#{run.number}</span>
          <span>{withMarks(run.definition_name)}</span>
          {item.reason === "approval" ? <ApprovalFacts item={item} /> : null}
          <span>
            {asks ? "asked " : null}
            <RelativeTime at={item.at} />
          </span>
          {item.snoozed_until && Date.parse(item.snoozed_until) > Date.now() ? (
            <span>
              comes back <RelativeTime at={item.snoozed_until} />
            </span>
          ) : null}
        </p>
      </div>
      <div className={cx("flex flex-wrap items-center gap-1.5", asks && "max-sm:pl-[26px]")}>
        {item.done_at !== null ? null : item.reason === "approval" ? (
          <QuickDecision {...{ step: item.step, run, request: item.request, onAsk, onDone }} />
        ) : item.reason === "permission" ? (
          <PermissionButtons {...{ request: item, step: item.step, run, onDone }} />
        ) : item.reason === "budget" ? (
          <RaiseBudget run={run} over={item.over_budget} onDone={onDone} />
        ) : null}
        <Marks item={item} mark={mark} />
      </div>
    </li>
  );
}

/** Done, snoozed, read: on a row with a mouse once the pointer is there, always without one. */
function Marks({ item, mark }: { item: InboxItem; mark: Mark }) {
  const about = `${item.run.name}: ${reasonWords(item)}`;
  if (item.done_at !== null)
    return (
      <span className="relative z-10">
        <IconButton
          label={`Back to the inbox, ${about}`}
          icon={Inbox}
          onClick={() => mark(item, { done: false })}
        />
      </span>
    );
  const snoozed = item.snoozed_until !== null && Date.parse(item.snoozed_until) > Date.now();
  return (
    <span className="relative z-10 flex opacity-0 transition-opacity group-focus-within:opacity-100 group-hover:opacity-100 has-[[data-popup-open]]:opacity-100 max-sm:opacity-100 pointer-coarse:opacity-100">
      {isQuestion(item) ? null : (
        <IconButton
          label={item.read_at === null ? `Read, ${about}` : `Unread, ${about}`}
          icon={item.read_at === null ? MailOpen : Mail}
          className="max-sm:hidden"
          onClick={() => mark(item, { read: item.read_at === null })}
        />
      )}
      {snoozed ? (
        <IconButton
          label={`Back to the inbox, ${about}`}
          icon={Inbox}
          onClick={() => mark(item, { snoozed_until: null })}
        />
      ) : (
        <Menu trigger={<IconButton bare label={`Snooze, ${about}`} icon={Clock} />}>
          {snoozeTimes(new Date()).map(({ id, label, at }) => (
            <MenuItem key={id} onClick={() => mark(item, { snoozed_until: at.toISOString() })}>
              {label}
            </MenuItem>
          ))}
        </Menu>
      )}
      <IconButton label={`Done, ${about}`} icon={Check} onClick={() => mark(item, { done: true })} />
    </span>
  );
}

function ReasonSign({ item }: { item: InboxItem }) {
  switch (item.reason) {
    case "failed":
      return (
        <StatusIcon
          status={isRunEnded(item.run.status) ? "failed" : displayStatus(item.run.status)}
          decorative
        />
      );
    case "finished":
      return <StatusIcon status="done" decorative />;
    case "mentioned":
      return <AtSign aria-hidden size={14} className="text-accent-text" />;
    case "assigned":
      return <UserRound aria-hidden size={14} className="text-muted" />;
    case "answered":
    case "commented":
      return <MessageSquare aria-hidden size={14} className="text-muted" />;
    default:
      return <StatusIcon status="needs_you" />;
  }
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
