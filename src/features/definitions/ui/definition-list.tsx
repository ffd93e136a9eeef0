"use client";

import { LayoutTemplate, ListTree, Plus, RefreshCw } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { Badge } from "../../../components/badge";
import { Button } from "../../../components/button";
import { ButtonLink } from "../../../components/button-link";
import { sayFault } from "../../../components/fault";
import { List, ListRow } from "../../../components/list";
import { PageHeader } from "../../../components/page-header";
import { QueryView } from "../../../components/query-view";
import { RelativeTime } from "../../../components/relative-time";
import { SkeletonRows } from "../../../components/skeleton";
import { EmptyState } from "../../../components/states";
import { toast } from "../../../components/toast";
import { withMarks } from "../../../lib/marks";
import { trpc } from "../../../trpc/react";
import { StatusIcon } from "../../in-run/ui/status-icon";
import { useProject } from "../../projects/ui/project-provider";
import type { DefinitionListItem } from "../schema";
import { IgnoredFiles } from "./ignored-files";
import { NewFromStarter, NewFromTemplate } from "./new-definition";
import { PhaseTrail } from "./phase-trail";
import { TemplateList } from "./template-list";

/** The project's definitions; with `?new` in the address the page for a new one, with `?templates` those. */
export function DefinitionList() {
  const project = useProject();
  const asked = useSearchParams();
  if (asked.has("templates")) return <TemplateList />;
  if (!asked.has("new") || !project.may("definition:write")) return <Overview />;
  const template = asked.get("template");
  return template ? <NewFromTemplate id={template} /> : <NewFromStarter />;
}

function Overview() {
  const project = useProject();
  const definitions = trpc.definitions.list.useQuery({ project_id: project.id });
  const root = `/p/${project.slug}/definitions`;
  const writes = project.may("definition:write");
  return (
    <>
      <PageHeader
        title="Definitions"
        meta={definitions.data ? <span>{definitions.data.items.length}</span> : null}
        actions={
          writes ? (
            <>
              <SyncButton />
              <ButtonLink icon={LayoutTemplate} variant="ghost" href={`${root}?templates`}>
                Templates
              </ButtonLink>
              <ButtonLink icon={Plus} href={`${root}?new`}>
                New definition
              </ButtonLink>
            </>
          ) : null
        }
      />
      <QueryView
        query={definitions}
        skeleton={<SkeletonRows label="Loading the definitions" />}
        className="flex-1"
      >
        {({ items }) =>
          items.length === 0 ? (
            <>
              <IgnoredFiles projectId={project.id} />
              <NoDefinitions root={root} writes={writes} />
            </>
          ) : (
            <>
              <List label="Definitions" className="border-b border-line">
                {items.map((definition) => (
                  <DefinitionRow key={definition.id} definition={definition} root={root} />
                ))}
              </List>
              <IgnoredFiles projectId={project.id} />
            </>
          )
        }
      </QueryView>
    </>
  );
}

function SyncButton() {
  const project = useProject();
  const utils = trpc.useUtils();
  const sync = trpc.definitions.sync.useMutation({
    onSuccess: ({ added, changed, invalid, archived }) => {
      void utils.definitions.invalidate();
      const parts = [
        added > 0 && `${added} added`,
        changed > 0 && `${changed} changed`,
        archived > 0 && `${archived} archived`,
        invalid > 0 && `${invalid} with errors`,
      ].filter((part) => part !== false);
      toast.done(
        parts.length > 0
          ? `The folder was read: ${parts.join(", ")}`
          : "The folder was read: nothing changed",
      );
    },
    onError: (error) => toast.failed("The folder could not be read", { description: sayFault(error) }),
  });
  return (
    <Button icon={RefreshCw} busy={sync.isPending} onClick={() => sync.mutate({ project_id: project.id })}>
      Sync now
    </Button>
  );
}

function NoDefinitions({ root, writes }: { root: string; writes: boolean }) {
  return (
    <EmptyState
      icon={ListTree}
      title="No definitions yet"
      className="flex-1"
      action={
        writes ? (
          <>
            <ButtonLink variant="primary" href={`${root}?templates`}>
              Start from a template
            </ButtonLink>
            <ButtonLink variant="ghost" href={`${root}?new`}>
              or write one
            </ButtonLink>
          </>
        ) : null
      }
    >
      A definition lists the steps of a workflow and their phases. Files in{" "}
      <code className="text-code">.agent/workflows/definitions</code> of the project's folder show up here by
      themselves.
    </EmptyState>
  );
}

const LOOKS = { active: "done", invalid: "failed", archived: "skipped" } as const;

function DefinitionRow({ definition, root }: { definition: DefinitionListItem; root: string }) {
  const [first, ...more] = definition.load_error ?? [];
  const runs = `${definition.runs_count} ${definition.runs_count === 1 ? "run" : "runs"}`;
  return (
    <ListRow
      href={`${root}/${definition.slug}`}
      title={withMarks(definition.name)}
      className="flex-wrap py-2.5"
      start={
        <StatusIcon
          status={definition.disabled_at === null ? LOOKS[definition.status] : "skipped"}
          decorative
        />
      }
      end={
        <span className="flex items-center gap-3 text-meta text-faint">
          <span>{runs}</span>
          <RelativeTime at={definition.updated_at} className="w-16 text-right max-sm:hidden" />
        </span>
      }
    >
      {definition.status === "active" ? null : (
        <Badge tone={definition.status === "invalid" ? "failed" : "neutral"}>
          {definition.status === "invalid" ? "Invalid" : "Archived"}
        </Badge>
      )}
      {definition.disabled_at === null ? null : <Badge tone="warning">Disabled</Badge>}
      {definition.is_template ? <Badge>Template</Badge> : null}
      <PhaseTrail phases={definition.phases} className="max-w-120 max-lg:hidden" />
      <div className="order-last min-w-0 basis-full pl-6.5 empty:hidden">
        {first ? (
          <p className="text-code wrap-anywhere text-failed">
            <span className="font-mono">
              {first.file.split("/").at(-1)}:{first.line}:{first.column}
            </span>{" "}
            <span className="font-sans text-list">
              {withMarks(first.message)}
              {more.length > 0 ? `, and ${more.length} more` : ""}
            </span>
          </p>
        ) : definition.description ? (
          <p className="truncate text-muted">{withMarks(definition.description)}</p>
        ) : null}
      </div>
    </ListRow>
  );
}
