"use client";

import { CircleAlert, type LucideIcon } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { cx } from "../../../components/cx";
import { sayFault } from "../../../components/fault";
import { RelativeTime } from "../../../components/relative-time";
import { Switch } from "../../../components/switch";
import { toast } from "../../../components/toast";
import { withMarks } from "../../../lib/marks";
import { trpc } from "../../../trpc/react";
import { withNumber } from "../../in-run/ui/run-facts";
import { displayStatus } from "../../in-run/ui/status";
import { StatusIcon } from "../../in-run/ui/status-icon";
import { useProject } from "../../projects/ui/project-provider";
import type { Trigger } from "../schema";

/** The common part of schedules and webhooks: title, switch, person, and last result. */
export function TriggerRow({
  trigger,
  icon: Icon,
  title,
  children,
}: {
  trigger: Trigger;
  icon: LucideIcon;
  title: string;
  children?: ReactNode;
}) {
  return (
    <div className="flex gap-2">
      <Icon
        aria-hidden
        size={14}
        className={cx("mt-0.75 shrink-0", trigger.enabled ? "text-muted" : "text-faint")}
      />
      <div className="flex min-w-0 flex-1 flex-col gap-0.5">
        <div className="flex items-start gap-3">
          <span className={cx("min-w-0 flex-1 wrap-anywhere", !trigger.enabled && "text-faint")}>
            {withMarks(title)}
          </span>
          <TriggerSwitch trigger={trigger} title={withMarks(title)} />
        </div>
        <div className="text-meta text-pretty text-muted">{children}</div>
        <LastRun trigger={trigger} />
        {trigger.last_error === null ? null : (
          <p className="flex items-start gap-1 text-meta text-pretty text-failed">
            <CircleAlert aria-hidden size={12} className="mt-0.5 shrink-0" />
            <span className="min-w-0 wrap-anywhere">{withMarks(trigger.last_error)}</span>
          </p>
        )}
      </div>
    </div>
  );
}

/** An optimistic switch; moves back if the server refuses. */
function TriggerSwitch({ trigger, title }: { trigger: Trigger; title: string }) {
  const { may } = useProject();
  const utils = trpc.useUtils();
  const input = { definition_id: trigger.workflow_definition_id };
  const replace = (next: Trigger) =>
    utils.triggers.list.setData(
      input,
      (list) => list && { ...list, items: list.items.map((each) => (each.id === next.id ? next : each)) },
    );
  const set = trpc.triggers.setEnabled.useMutation({
    onMutate: ({ enabled }) => replace({ ...trigger, enabled }),
    onSuccess: replace,
    onError: (error) => {
      replace(trigger);
      toast.failed(`${title} was not switched`, { description: sayFault(error) });
    },
  });
  return (
    <Switch
      label={title}
      checked={trigger.enabled}
      disabled={!may("definition:write") || set.isPending}
      onCheckedChange={(enabled) => set.mutate({ id: trigger.id, enabled })}
    />
  );
}

function LastRun({ trigger }: { trigger: Trigger }) {
  const { slug } = useProject();
  const { last_run: run, last_fired_at: at, on_behalf_of, enabled } = trigger;
  return (
    <>
      {enabled && on_behalf_of !== null ? (
        <span className="text-meta text-faint">in the name of {withMarks(on_behalf_of)}</span>
      ) : null}
      {run && at ? (
        <span className="flex min-w-0 items-center gap-1.5 text-meta text-faint">
          <StatusIcon status={displayStatus(run.status)} size={12} />
          <Link
            href={`/p/${slug}/runs/${run.id}`}
            className="min-w-0 truncate rounded-inner text-muted underline-offset-2 hover:text-text hover:underline"
          >
            {withMarks(withNumber(run))}
          </Link>
          <RelativeTime at={at} />
        </span>
      ) : null}
    </>
  );
}
