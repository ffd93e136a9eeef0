"use client";

import { CirclePlay, Pencil, Play, Trash2 } from "lucide-react";
import { useRouter, useSearchParams } from "next/navigation";
import { useMemo, useState } from "react";
import { Badge } from "../../../components/badge";
import { Button } from "../../../components/button";
import { ButtonLink } from "../../../components/button-link";
import { CodeEditor } from "../../../components/code-editor";
import type { SourceFault } from "../../../components/code-mirror";
import { useCommands } from "../../../components/commands";
import { PageHeader } from "../../../components/page-header";
import { QueryView } from "../../../components/query-view";
import { RelativeTime } from "../../../components/relative-time";
import { Loading, Skeleton } from "../../../components/skeleton";
import { EmptyState } from "../../../components/states";
import { type TabItem, TabPanel, Tabs } from "../../../components/tabs";
import { useAddress } from "../../../components/use-address";
import { withMarks } from "../../../lib/marks";
import { trpc } from "../../../trpc/react";
import type { Definition, LoadFault } from "../../definitions/schema";
import { EditDefinition } from "../../definitions/ui/edit-definition";
import { faultsIn } from "../../definitions/ui/load-faults";
import { StartRunDialog } from "../../definitions/ui/start-run-dialog";
import { useProject } from "../../projects/ui/project-provider";
import { DefinitionFacts } from "./definition-facts";
import { DefinitionMenu, useEnable } from "./definition-menu";
import { Overview } from "./overview";
import { Revisions } from "./revisions";

/** One definition: how it does, its source and facts; with `?edit` in the address, its editor. */
export function DefinitionPage({ slug }: { slug: string }) {
  const project = useProject();
  const query = trpc.definitions.getBySlug.useQuery({ project_id: project.id, slug });
  const editing = useSearchParams().has("edit") && project.may("definition:write");
  return (
    <QueryView query={query} skeleton={<DefinitionSkeleton />} className="flex-1">
      {(definition) =>
        editing ? (
          <EditDefinition key={definition.id} definition={definition} />
        ) : (
          <ViewDefinition definition={definition} />
        )
      }
    </QueryView>
  );
}

function DefinitionSkeleton() {
  return (
    <Loading label="Loading the definition" className="flex flex-col">
      <div className="flex h-12 items-center gap-3 border-b border-line px-4">
        <Skeleton className="h-4 w-48" />
      </div>
      <div className="flex flex-col gap-2 py-3 pl-14">
        {["w-40", "w-72", "w-56", "w-24", "w-32", "w-60", "w-52", "w-44"].map((width) => (
          <Skeleton key={width} className={width} />
        ))}
      </div>
    </Loading>
  );
}

const tabsOf = ({ revision }: Definition): TabItem<"overview" | "source" | "revisions">[] => [
  { value: "overview", label: "Overview" },
  { value: "source", label: "Source" },
  { value: "revisions", label: "Revisions", count: revision ?? 0 },
];

const NO_FAULTS: readonly LoadFault[] = [];

function ViewDefinition({ definition }: { definition: Definition }) {
  const project = useProject();
  const router = useRouter();
  const [starting, setStarting] = useState(false);
  const root = `/p/${project.slug}/definitions`;
  const here = `${root}/${definition.slug}`;
  const faults = definition.load_error ?? NO_FAULTS;
  const ownFaults = useMemo(() => faultsIn(faults, definition.path), [faults, definition.path]);
  const address = useAddress();
  // What is wrong with a broken file is to be seen first.
  const first = definition.status === "invalid" || definition.source === null ? "source" : "overview";
  const tabs = tabsOf(definition);
  const tab = tabs.find(({ value }) => value === address.get("tab"))?.value ?? first;
  const writes = project.may("definition:write") && definition.source !== null;
  const starts =
    project.may("run:write") && definition.status === "active" && definition.disabled_at === null;
  const commandOf = (word: string) => ({
    id: `definition.${word.toLowerCase()}`,
    label: `${word} ${definition.name}`,
    group: "This definition",
  });
  const edit = { ...commandOf("Edit"), icon: Pencil, shortcut: "e", run: () => router.push(`${here}?edit`) };
  const start = { ...commandOf("Start"), icon: Play, run: () => setStarting(true) };
  useCommands([...(writes ? [edit] : []), ...(starts ? [start] : [])]);
  return (
    <>
      <PageHeader
        back={{ label: "Definitions", href: root }}
        title={withMarks(definition.name)}
        meta={
          <>
            {definition.revision === null ? null : <span>r{definition.revision}</span>}
            {definition.status === "invalid" ? <Badge tone="failed">Invalid</Badge> : null}
            {definition.disabled_at === null ? null : <Badge tone="warning">Disabled</Badge>}
            {definition.is_template ? <Badge>Template</Badge> : null}
            {definition.status === "archived" ? <Badge>Archived</Badge> : null}
          </>
        }
        actions={
          <>
            {writes ? (
              <ButtonLink icon={Pencil} href={`${here}?edit`}>
                Edit
              </ButtonLink>
            ) : null}
            {starts ? (
              <Button icon={Play} onClick={() => setStarting(true)}>
                Start
              </Button>
            ) : null}
            {project.may("definition:write") ? (
              <DefinitionMenu definition={definition} writes={writes && definition.type === "yaml"} />
            ) : null}
          </>
        }
      />
      {definition.disabled_at === null ? null : (
        <Disabled definition={definition} at={definition.disabled_at} />
      )}
      {faults.length > 0 ? <Faults definition={definition} faults={faults} /> : null}
      <div className="flex min-h-0 flex-1 flex-col lg:flex-row">
        <Tabs
          label="Definition"
          tabs={tabs}
          value={tab}
          onValueChange={(next) =>
            address.set({ tab: next === first ? null : next, revision: null, against: null })
          }
          className="max-lg:shrink-0 lg:flex-1"
        >
          <TabPanel value="overview">
            <Overview definition={definition} />
          </TabPanel>
          <TabPanel value="source">
            <Source definition={definition} faults={ownFaults} />
          </TabPanel>
          <TabPanel value="revisions">
            <Revisions definition={definition} />
          </TabPanel>
        </Tabs>
        <DefinitionFacts definition={definition} />
      </div>
      <StartRunDialog
        open={starting}
        onOpenChange={setStarting}
        projectId={project.id}
        projectSlug={project.slug}
        definitionId={definition.id}
      />
    </>
  );
}

/** Says that nothing starts, and lets who may enable it. */
function Disabled({ definition, at }: { definition: Definition; at: string }) {
  const { may } = useProject();
  const enable = useEnable(definition);
  return (
    <section
      aria-label="Disabled"
      className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line bg-needs-you-fill/8 px-4 py-2"
    >
      <p className="min-w-0 flex-1 text-pretty">
        Nobody can start it, and its triggers do not go off.{" "}
        <span className="text-muted">
          Disabled {definition.disabled_by === null ? "" : `by ${withMarks(definition.disabled_by)}, `}
          <RelativeTime at={at} />
        </span>
      </p>
      {may("definition:write") ? (
        <Button icon={CirclePlay} onClick={enable}>
          Enable
        </Button>
      ) : (
        <span className="text-meta text-faint">Maintainers of the project can enable it.</span>
      )}
    </section>
  );
}

/** The file as it is now. */
function Source({ definition, faults }: { definition: Definition; faults: SourceFault[] }) {
  if (definition.source === null) {
    return (
      <EmptyState icon={Trash2} title="The file is gone">
        {withMarks(definition.path)} is not in the project's folder any more. Its runs stay.
      </EmptyState>
    );
  }
  return (
    <CodeEditor
      label="Source of the definition"
      language={definition.type === "yaml" ? "yaml" : "typescript"}
      value={definition.source}
      faults={faults}
      className="lg:min-h-full"
    />
  );
}

function Faults({ definition, faults }: { definition: Definition; faults: readonly LoadFault[] }) {
  return (
    <section aria-label="Errors" className="border-b border-line bg-failed/6 px-4 py-2.5">
      <p className="text-pretty text-failed">
        {definition.revision === null
          ? "This file cannot be read as a definition."
          : `This file cannot be read; revision ${definition.revision} is the last that could.`}
      </p>
      <ul className="mt-1 flex flex-col gap-0.5">
        {faults.map((fault) => (
          <li key={`${fault.line}:${fault.column}:${fault.message}`} className="wrap-anywhere">
            <code className="text-code text-muted">
              {withMarks(fault.file)}:{fault.line}:{fault.column}
            </code>{" "}
            {withMarks(fault.message)}
          </li>
        ))}
      </ul>
    </section>
  );
}
