import type { ReactNode } from "react";
import { withMarks } from "../../../lib/marks";
import type { Definition } from "../../definitions/schema";
import { spentWords } from "../../in-run/ui/spent-words";
import { DefinitionTriggers } from "../../triggers/ui/definition-triggers";
import { BadgePart } from "./badge-part";
import { NextTimes } from "./next-times";

/** What a definition is for, what starts it, and its file. */
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
      <Facts title="Triggers">
        <DefinitionTriggers definitionId={definition.id} type={definition.type} />
      </Facts>
      <NextTimes definitionId={definition.id} />
      {spent.length > 0 ? (
        <Facts title="Used by its agents">
          <p className="text-muted tabular-nums">{spent.join(" · ")}</p>
          <p className="text-meta text-faint">By its newest 1,000 runs.</p>
        </Facts>
      ) : null}
      <Facts title="Badge">
        <BadgePart definition={definition} />
      </Facts>
      <Facts title="File">
        <code className="text-code wrap-anywhere text-muted">{withMarks(definition.path)}</code>
      </Facts>
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
