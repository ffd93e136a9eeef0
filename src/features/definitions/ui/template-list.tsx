"use client";

import { FileCode2, LayoutTemplate } from "lucide-react";
import { Badge } from "../../../components/badge";
import { ButtonLink } from "../../../components/button-link";
import { PageHeader } from "../../../components/page-header";
import { QueryView } from "../../../components/query-view";
import { SkeletonRows } from "../../../components/skeleton";
import { withMarks } from "../../../lib/marks";
import { trpc } from "../../../trpc/react";
import { useProject } from "../../projects/ui/project-provider";
import type { TemplateListItem } from "../schema";
import { PhaseTrail } from "./phase-trail";

/** The shipped templates and those offered by the person's projects. */
export function TemplateList() {
  const project = useProject();
  const templates = trpc.definitions.templates.useQuery({ project_id: project.id });
  const root = `/p/${project.slug}/definitions`;
  return (
    <>
      <PageHeader
        back={{ label: "Definitions", href: root }}
        title="Templates"
        meta={templates.data ? <span>{templates.data.items.length}</span> : null}
      />
      <QueryView
        query={templates}
        skeleton={<SkeletonRows label="Loading the templates" />}
        className="flex-1"
      >
        {({ items }) => (
          <>
            <ul aria-label="Templates" className="divide-y divide-line border-b border-line">
              {items.map((template) => (
                <TemplateRow key={template.id} template={template} root={root} />
              ))}
            </ul>
            {project.may("definition:write") ? null : (
              <p className="px-4 py-3 text-meta text-pretty text-faint">
                Maintainers of the project make definitions from them.
              </p>
            )}
          </>
        )}
      </QueryView>
    </>
  );
}

function TemplateRow({ template, root }: { template: TemplateListItem; root: string }) {
  const project = useProject();
  const { id, name, description, phases, type } = template;
  const Icon = type === "code" ? FileCode2 : LayoutTemplate;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5">
      <Icon aria-hidden size={16} className="shrink-0 text-faint" />
      <div className="min-w-0 flex-1 basis-60">
        <div className="flex min-w-0 items-center gap-2">
          <h2 className="min-w-0 truncate font-medium">{withMarks(name)}</h2>
          {template.project ? <Badge>{withMarks(template.project.name)}</Badge> : null}
          {type === "code" ? <Badge>TypeScript</Badge> : null}
        </div>
        <p className="text-pretty text-muted">{withMarks(description)}</p>
      </div>
      <PhaseTrail phases={phases} className="max-w-120 max-lg:hidden" />
      {project.may("definition:write") ? (
        <ButtonLink href={`${root}?new&template=${encodeURIComponent(id)}`} aria-label={`Use ${name}`}>
          Use
        </ButtonLink>
      ) : null}
    </li>
  );
}
