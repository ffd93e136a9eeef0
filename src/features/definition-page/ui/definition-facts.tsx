import { type ReactNode, useState } from "react";
import { Avatar } from "../../../components/avatar";
import { Badge } from "../../../components/badge";
import { Button } from "../../../components/button";
import { RelativeTime } from "../../../components/relative-time";
import { PAGE } from "../../../lib/follow-pages";
import { withMarks } from "../../../lib/marks";
import { trpc } from "../../../trpc/react";
import type { Definition } from "../../definitions/schema";
import { spentWords } from "../../in-run/ui/spent-words";
import { DefinitionTriggers } from "../../triggers/ui/definition-triggers";

/** A definition's phases with their steps, its file and its revisions. */
export function DefinitionFacts({ definition }: { definition: Definition }) {
  const spent = spentWords(definition);
  return (
    <aside
      aria-label="About this definition"
      className="flex shrink-0 flex-col gap-6 p-4 lg:w-76 lg:border-l lg:border-line"
    >
      {definition.description ? (
        <p className="text-pretty text-muted">{withMarks(definition.description)}</p>
      ) : null}
      {definition.steps.length > 0 ? (
        <Facts title="Steps">
          <Steps definition={definition} />
        </Facts>
      ) : null}
      <Facts title="Triggers">
        <DefinitionTriggers definitionId={definition.id} type={definition.type} />
      </Facts>
      {spent.length > 0 ? (
        <Facts title="Used by its agents">
          <p className="text-muted tabular-nums">{spent.join(" · ")}</p>
        </Facts>
      ) : null}
      <Facts title="File">
        <code className="text-code wrap-anywhere text-muted">{withMarks(definition.path)}</code>
      </Facts>
      {definition.revisions.length > 0 ? (
        <Facts title="Revisions">
          <Revisions definition={definition} />
        </Facts>
      ) : null}
    </aside>
  );
}

function Facts({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={withMarks(title)} className="flex flex-col gap-1.5">
      <h2 className="text-meta font-normal text-faint">{withMarks(title)}</h2>
      {children}
    </section>
  );
}

function Steps({ definition }: { definition: Definition }) {
  return (
    <ol className="flex flex-col gap-3">
      {definition.phases.map((phase) => (
        <li key={phase}>
          <span className="text-list font-medium">{withMarks(phase)}</span>
          <ol className="mt-0.5 flex flex-col">
            {definition.steps
              .filter((step) => step.phase === phase)
              .map((step) => (
                <li key={step.id} className="flex min-h-6 items-center gap-2 text-muted">
                  <span className="min-w-0 flex-1 truncate">{withMarks(step.name)}</span>
                  {step.kind === "script" ? null : <Badge>{step.kind}</Badge>}
                </li>
              ))}
          </ol>
        </li>
      ))}
    </ol>
  );
}

/** Revisions, newest first; older ones are loaded on request. */
function Revisions({ definition: { id, revisions, revisions_next_cursor } }: { definition: Definition }) {
  const [asked, setAsked] = useState(false);
  const all = trpc.definitions.revisions.useInfiniteQuery(
    { id, limit: PAGE },
    { enabled: asked, getNextPageParam: (page) => page.next_cursor ?? undefined },
  );
  const shown = all.data?.pages.flatMap((page) => page.items) ?? revisions;
  const more = all.data ? all.hasNextPage : revisions_next_cursor !== null;
  return (
    <>
      <ol className="flex flex-col">
        {shown.map((revision) => (
          <li key={revision.number} className="flex min-h-7 items-center gap-2">
            <span className="w-7 text-muted">r{revision.number}</span>
            {revision.created_by ? (
              <>
                <Avatar name={revision.created_by} size={18} decorative />
                <span className="min-w-0 truncate">{withMarks(revision.created_by)}</span>
              </>
            ) : (
              <span className="text-muted">on disk</span>
            )}
            <RelativeTime at={revision.created_at} className="ml-auto shrink-0 text-meta text-faint" />
          </li>
        ))}
      </ol>
      {more ? (
        <Button
          variant="ghost"
          busy={all.isFetching}
          onClick={() => (all.data ? void all.fetchNextPage() : setAsked(true))}
        >
          Show earlier revisions
        </Button>
      ) : null}
    </>
  );
}
