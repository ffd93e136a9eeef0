"use client";

import { FileDiff, Paperclip } from "lucide-react";
import Link from "next/link";
import { type ReactNode, useEffect } from "react";
import { Loading, Skeleton } from "../../../components/skeleton";
import { withMarks } from "../../../lib/marks";
import { trpc } from "../../../trpc/react";
import { ChangeNumbers } from "../../changes/ui/change-counts";
import { approvalsOf } from "./approval-facts";
import { DecisionList } from "./decision-list";

/** Files and artifacts that are named; the run's page has all. */
const NAMED = 5;

/**
 * What a decision is about: the changes, the artifacts, and what others decided. `onSeen` is told the snapshot of the
 * changes that are shown, for which the decision holds.
 */
export function Evidence({
  run,
  step,
  href,
  onSeen,
}: {
  run: { id: string };
  step: { id: string };
  href: string;
  onSeen: (snapshot: string | null) => void;
}) {
  const query = trpc.runs.get.useQuery({ id: run.id });
  const asked = trpc.steps.get.useQuery({ id: step.id });
  const known = query.data;
  const changes = trpc.runs.changes.useQuery(
    { id: run.id, limit: NAMED },
    { enabled: (known?.changes?.files ?? 0) > 0 },
  );
  const snapshot = known?.snapshot;
  useEffect(() => {
    if (snapshot !== undefined) onSeen(snapshot);
  }, [snapshot, onSeen]);
  if (query.isError) {
    return (
      <p className="text-list text-muted">
        What it is about could not be loaded.{" "}
        <Link href={href} className="underline">
          Open the run
        </Link>{" "}
        to see it.
      </p>
    );
  }
  if (!known) {
    return (
      <Loading label="Loading what it is about" className="flex flex-col gap-2">
        {["w-2/5", "w-3/5"].map((width) => (
          <Skeleton key={width} className={width} />
        ))}
      </Loading>
    );
  }
  const files = changes.data?.items ?? [];
  const attempt = asked.data?.attempt;
  const decisions = (asked.data?.decisions ?? []).filter((each) => each.attempt === attempt);
  const count = asked.data?.request?.approvers.count ?? 1;
  return (
    <div className="flex flex-col gap-3 empty:hidden">
      {known.changes !== null && known.changes.files > 0 ? (
        <Part
          icon={FileDiff}
          href={`${href}?more=changes&tall=1`}
          title={
            <>
              Changes <ChangeNumbers counts={known.changes} withFiles />
            </>
          }
          names={files.map(({ path, additions, deletions }) => ({
            key: path,
            name: path,
            note: additions === null ? "binary" : `+${additions} −${deletions ?? 0}`,
          }))}
          more={changes.data ? known.changes.files - files.length : 0}
        />
      ) : null}
      {known.artifacts_count > 0 ? (
        <Part
          icon={Paperclip}
          href={`${href}?more=artifacts`}
          title={`${known.artifacts_count} ${known.artifacts_count === 1 ? "artifact" : "artifacts"}`}
          names={known.artifacts.slice(0, NAMED).map(({ id, name }) => ({
            key: id,
            name,
            href: `${href}?more=artifacts&artifact=${id}`,
          }))}
          more={known.artifacts_count - Math.min(NAMED, known.artifacts.length)}
        />
      ) : null}
      {asked.data?.request && count > 1 ? (
        <p className="text-meta text-muted">
          {approvalsOf({
            approvers: asked.data.request.approvers,
            started_by: known.user_id,
            attempt: attempt ?? 0,
            snapshot: known.snapshot,
            decisions,
          })}{" "}
          of {count} approved
        </p>
      ) : null}
      {decisions.length > 0 ? (
        <DecisionList decisions={decisions} form={asked.data?.request?.form ?? null} />
      ) : null}
    </div>
  );
}

function Part({
  icon: Icon,
  href,
  title,
  names,
  more,
}: {
  icon: typeof FileDiff;
  href: string;
  title: ReactNode;
  names: { key: string; name: string; note?: string; href?: string }[];
  more: number;
}) {
  return (
    <section className="rounded-outer border border-line px-3 py-2 text-list">
      <h3 className="flex items-center gap-2 font-medium">
        <Icon aria-hidden size={14} className="shrink-0 text-faint" />
        <Link href={href} className="inline-flex items-baseline gap-2 rounded-inner hover:underline">
          {title}
        </Link>
      </h3>
      <ul className="mt-1 flex flex-col pl-[22px] text-meta text-muted">
        {names.map((each) => (
          <li key={each.key} className="flex min-w-0 items-baseline gap-2">
            {each.href ? (
              <Link href={each.href} className="min-w-0 truncate rounded-inner hover:underline">
                {withMarks(each.name)}
              </Link>
            ) : (
              <span className="min-w-0 truncate font-mono" title={withMarks(each.name)}>
                {withMarks(each.name)}
              </span>
            )}
            {each.note ? <span className="ml-auto shrink-0 tabular-nums">{each.note}</span> : null}
          </li>
        ))}
        {more > 0 ? <li className="text-faint">and {more} more</li> : null}
      </ul>
    </section>
  );
}
