"use client";

import { ArrowRight } from "lucide-react";
import { Badge } from "../../../components/badge";
import { ListRow } from "../../../components/list";
import { RelativeTime } from "../../../components/relative-time";
import { withMarks } from "../../../lib/marks";
import type { AuditEntry } from "../schema";
import { type Change, changesOf, whoOf } from "./audit-words";

const FILTERING =
  "max-w-full truncate rounded-inner underline-offset-2 hover:underline focus-visible:underline pointer-coarse:min-h-10";

/** One row of the record: what, on what, who and when, and below it what changed. */
export function AuditRow({
  entry,
  showProject,
  onWho,
  onWhat,
}: {
  entry: AuditEntry;
  showProject: boolean;
  onWho: (id: string) => void;
  onWhat: (action: string) => void;
}) {
  const { action, outcome, actor_id, actor_type, address, target_type, target_name, project_name } = entry;
  const who = whoOf(entry);
  const changes = changesOf(entry);
  return (
    <ListRow
      className="flex-wrap gap-y-1 py-2 pointer-coarse:gap-y-0 pointer-coarse:py-1"
      title={
        <button
          type="button"
          className={FILTERING}
          title={withMarks(`Show only ${action}`)}
          onClick={() => onWhat(action)}
        >
          {action}
        </button>
      }
      end={
        <>
          {outcome === "refused" ? <Badge>Refused</Badge> : null}
          <span className="text-meta text-faint">
            <RelativeTime at={entry.created_at} />
          </span>
        </>
      }
    >
      {target_name ? (
        <span className="min-w-0 truncate text-muted max-sm:order-last max-sm:basis-full">
          {withMarks(target_name)}
          <span className="text-faint"> ({target_type?.replaceAll("_", " ")})</span>
        </span>
      ) : null}
      <div className="order-last flex min-w-0 basis-full flex-col gap-1">
        <p className="flex min-w-0 flex-wrap items-center gap-x-1.5 text-meta text-muted">
          {actor_id === null ? (
            <span className="truncate">{withMarks(who)}</span>
          ) : (
            <button
              type="button"
              className={FILTERING}
              title={withMarks(`Show only what ${who} did`)}
              onClick={() => onWho(actor_id)}
            >
              {withMarks(who)}
            </button>
          )}
          {actor_type === "token" ? <span className="text-faint">by a token</span> : null}
          {address ? <span className="text-faint">from {address}</span> : null}
          {showProject && project_name ? (
            <span className="truncate text-faint">in {withMarks(project_name)}</span>
          ) : null}
        </p>
        {changes.length > 0 ? <Changes changes={changes} /> : null}
      </div>
    </ListRow>
  );
}

function Changes({ changes }: { changes: Change[] }) {
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 text-meta">
      {changes.map(({ name, before, after }) => (
        <div key={name} className="col-span-2 grid grid-cols-subgrid">
          <dt className="text-faint">{withMarks(name)}</dt>
          <dd className="flex min-w-0 flex-wrap items-center gap-x-1.5 wrap-anywhere">
            {before === undefined ? null : (
              <span className="line-clamp-3 text-muted">
                <span className="sr-only">before: </span>
                {withMarks(before)}
              </span>
            )}
            {before === undefined || after === undefined ? null : (
              <ArrowRight aria-hidden size={12} className="shrink-0 text-faint" />
            )}
            {after === undefined ? null : (
              <span className="line-clamp-3">
                <span className="sr-only">{before === undefined ? "" : "after: "}</span>
                {withMarks(after)}
              </span>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
