"use client";

import { Skeleton } from "../../../components/skeleton";
import { withMarks } from "../../../lib/marks";
import { can } from "../../../model/roles";
import { PermissionButtons } from "../../agents/ui/permission-buttons";
import { useProject } from "../../projects/ui/project-provider";
import type { RunListItem } from "../../runs/schema";
import { CardLine, Moment } from "./card-line";
import { useAsk } from "./use-ask";

/**
 * An agent's permission request on a card, with answer buttons for people who may answer. `onDone` is called
 * after an answer, before the buttons disappear.
 */
export function CardPermission({
  run,
  step,
  onDone,
}: {
  run: RunListItem;
  step: RunListItem["steps"][number];
  onDone: () => void;
}) {
  const mayAnswer = can(useProject().role, "run:write");
  const { data, isError } = useAsk(run, step);
  const [asked] = data?.permissions ?? [];
  const request = asked && { ...asked, tool_call: { title: asked.title } };
  const more = (data?.permissions_count ?? 0) - 1;
  return (
    <div className="flex flex-col gap-1.5 pl-[22px] text-meta text-muted">
      <CardLine place={step.name}>
        {request ? <Moment word="asked" at={request.created_at} /> : null}
        {more > 0 ? <span>{more} more</span> : null}
      </CardLine>
      {request ? (
        <p className="line-clamp-3 font-mono text-[11px] leading-4 wrap-anywhere text-text">
          {withMarks(request.tool_call.title)}
        </p>
      ) : null}
      <div className="flex min-h-7 flex-wrap items-center gap-1.5 pointer-coarse:min-h-9">
        {!request ? (
          isError ? (
            <span>Open the run to see what is asked.</span>
          ) : (
            <Skeleton className="h-5 w-32" />
          )
        ) : mayAnswer ? (
          <PermissionButtons key={request.id} {...{ request, step, run, onDone }} />
        ) : (
          <span>Answered by members</span>
        )}
      </div>
    </div>
  );
}
