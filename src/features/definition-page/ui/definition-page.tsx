"use client";

import { Ellipsis, LayoutTemplate, Pencil, Play, Trash2 } from "lucide-react";
import { useRouter, useSearchParams } from "next/navigation";
import { useMemo, useState } from "react";
import { Badge } from "../../../components/badge";
import { Button, ButtonLink } from "../../../components/button";
import { CodeEditor } from "../../../components/code-editor";
import { useCommands } from "../../../components/commands";
import { sayFault } from "../../../components/fault";
import { IconButton } from "../../../components/icon-button";
import { Menu, MenuItem } from "../../../components/menu";
import { PageHeader } from "../../../components/page-header";
import { QueryView } from "../../../components/query-view";
import { Loading, Skeleton } from "../../../components/skeleton";
import { EmptyState } from "../../../components/states";
import { toast } from "../../../components/toast";
import { withMarks } from "../../../lib/marks";
import { trpc } from "../../../trpc/react";
import type { Definition, LoadFault } from "../../definitions/schema";
import { DeleteDefinition } from "../../definitions/ui/delete-definition";
import { EditDefinition } from "../../definitions/ui/edit-definition";
import { faultsIn } from "../../definitions/ui/load-faults";
import { StartRunDialog } from "../../definitions/ui/start-run-dialog";
import { useProject } from "../../projects/ui/project-provider";
import { DefinitionFacts } from "./definition-facts";

/** One definition: its source and facts; with `?edit` in the address, its editor. */
export function DefinitionPage({ slug }: { slug: string }) {
  const project = useProject();
  const query = trpc.definitions.getBySlug.useQuery({ project_id: project.id, slug });
  const editing = useSearchParams().has("edit") && project.may("definition:write");
  return (
    <QueryView query={query} skeleton={<DefinitionSkeleton />} className="flex-1">
      {(definition) =>
        editing && definition.source !== null ? (
          <EditDefinition key={definition.id} definition={definition} source={definition.source} />
        ) : (
          <ViewDefinition definition={definition} />
        )
      }
    </QueryView>
  );
}

/** Menu item that offers the definition as a template to other projects, or withdraws it. */
function OfferItem({ definition }: { definition: Definition }) {
  const utils = trpc.useUtils();
  const { id, name, is_template: offered } = definition;
  const offer = trpc.definitions.offer.useMutation({
    onSuccess: () => {
      void utils.definitions.invalidate();
      toast.done(offered ? `${name} is no template any more` : `${name} is offered as a template`);
    },
    onError: (error) => toast.failed("The template was not changed", { description: sayFault(error) }),
  });
  return (
    <MenuItem icon={LayoutTemplate} onClick={() => offer.mutate({ id, offered: !offered })}>
      {offered ? "Offer as a template no longer" : "Offer as a template"}
    </MenuItem>
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

const NO_FAULTS: readonly LoadFault[] = [];

function ViewDefinition({ definition }: { definition: Definition }) {
  const project = useProject();
  const router = useRouter();
  const [starting, setStarting] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const root = `/p/${project.slug}/definitions`;
  const here = `${root}/${definition.slug}`;
  const faults = definition.load_error ?? NO_FAULTS;
  const ownFaults = useMemo(() => faultsIn(faults, definition.path), [faults, definition.path]);
  const writes = project.may("definition:write") && definition.type === "yaml" && definition.source !== null;
  const starts = project.may("run:write") && definition.status === "active";
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
              <Menu trigger={<IconButton label="More" icon={Ellipsis} bare />}>
                {writes ? <OfferItem definition={definition} /> : null}
                <MenuItem icon={Trash2} danger onClick={() => setDeleting(true)}>
                  Delete definition
                </MenuItem>
              </Menu>
            ) : null}
          </>
        }
      />
      {faults.length > 0 ? <Faults definition={definition} faults={faults} /> : null}
      <div className="flex min-h-0 flex-1 flex-col lg:flex-row">
        <div className="min-w-0 flex-1 max-lg:order-last max-lg:border-t max-lg:border-line">
          {definition.source === null ? (
            <EmptyState icon={Trash2} title="The file is gone">
              {withMarks(definition.path)} is not in the project's folder any more. Its runs stay.
            </EmptyState>
          ) : (
            <CodeEditor
              label="Source of the definition"
              language={definition.type === "yaml" ? "yaml" : "typescript"}
              value={definition.source}
              faults={ownFaults}
              className="lg:min-h-full"
            />
          )}
        </div>
        <DefinitionFacts definition={definition} />
      </div>
      <StartRunDialog
        open={starting}
        onOpenChange={setStarting}
        projectId={project.id}
        projectSlug={project.slug}
        definitionId={definition.id}
      />
      <DeleteDefinition open={deleting} onOpenChange={setDeleting} definition={definition} />
    </>
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
