"use client";

import { QueryView } from "../../../components/query-view";
import { Loading, Skeleton } from "../../../components/skeleton";
import { trpc } from "../../../trpc/react";
import { useProject } from "../../projects/ui/project-provider";
import type { Trigger } from "../schema";
import { ScheduleRow } from "./schedule-row";
import { WebhookRow } from "./webhook-row";

/** The schedules and webhooks of a definition. */
export function DefinitionTriggers({ definitionId, type }: { definitionId: string; type: "yaml" | "code" }) {
  const query = trpc.triggers.list.useQuery({ definition_id: definitionId });
  return (
    <QueryView query={query} skeleton={<TriggersSkeleton />} className="py-4">
      {({ items }) => (items.length === 0 ? <NoTriggers type={type} /> : <TriggerList triggers={items} />)}
    </QueryView>
  );
}

function TriggersSkeleton() {
  return (
    <Loading label="Loading the triggers" className="flex flex-col gap-2 py-1">
      <Skeleton className="w-48" />
      <Skeleton className="w-32" />
    </Loading>
  );
}

function TriggerList({ triggers }: { triggers: Trigger[] }) {
  const { may } = useProject();
  return (
    <>
      <ul className="flex flex-col gap-3.5">
        {triggers.map((trigger) => (
          <li key={trigger.id}>
            {trigger.kind === "schedule" ? (
              <ScheduleRow trigger={trigger} />
            ) : (
              <WebhookRow trigger={trigger} />
            )}
          </li>
        ))}
      </ul>
      {may("definition:write") ? null : (
        <p className="mt-1 text-meta text-pretty text-faint">
          Maintainers of the project switch them on and off.
        </p>
      )}
    </>
  );
}

const EXAMPLE = `on:
  schedule:
    - cron: "0 7 * * 1-5"
      timezone: Europe/Berlin
  webhook:
    - args:
        ref: \${{ body.ref }}`;

const CODE_EXAMPLE = `on: {
  schedule: [{ cron: "0 7 * * 1-5", timezone: "Europe/Berlin" }],
  webhook: [{ args: { ref: "\${{ body.ref }}" } }],
},`;

function NoTriggers({ type }: { type: "yaml" | "code" }) {
  const { may } = useProject();
  return (
    <div className="text-list text-pretty text-muted">
      <p>Only people start it.</p>
      {may("definition:write") ? (
        <details className="mt-1">
          <summary className="w-fit cursor-pointer rounded-inner text-accent-text">
            Start it by a schedule or a webhook
          </summary>
          <p className="mt-2">
            {type === "yaml"
              ? "Write this into the definition, above its steps:"
              : "Write this beside the name in defineWorkflow:"}
          </p>
          <pre className="mt-1.5 overflow-x-auto rounded-outer border border-line bg-sunken px-2.5 py-2 font-mono text-code text-text">
            {type === "yaml" ? EXAMPLE : CODE_EXAMPLE}
          </pre>
        </details>
      ) : null}
    </div>
  );
}
