"use client";

import { Download } from "lucide-react";
import { buttonClass } from "../../../components/button";
import { fileSize } from "../../../components/file-size";
import { FormError } from "../../../components/form-error";
import { QueryView } from "../../../components/query-view";
import { Section } from "../../../components/section";
import { SkeletonRows } from "../../../components/skeleton";
import { ForbiddenState } from "../../../components/states";
import { toast } from "../../../components/toast";
import { namesOr } from "../../../lib/names-or";
import { can } from "../../../model/roles";
import { trpc } from "../../../trpc/react";
import { useProject } from "../../projects/ui/project-provider";
import type { ExportOutline } from "../schema";

const TITLE = "Export";

/** The project with its history as one file, for its owners. */
export function ExportSettings() {
  const { may } = useProject();
  return may("project:delete") ? <Export /> : <Forbidden />;
}

function Export() {
  const project = useProject();
  // Its files are counted when somebody looks; there may be a million.
  const outline = trpc.projects.exportOutline.useQuery(
    { id: project.id },
    { staleTime: 60_000, refetchOnWindowFocus: false },
  );
  return (
    <Section
      title={TITLE}
      description="The whole project as one file, which another installation imports under Projects."
      actions={
        outline.data?.refusal ? null : (
          // The browser's own download: an archive may be larger than a page's memory.
          <a
            href={`/api/projects/${project.id}/export`}
            download
            className={buttonClass()}
            onClick={() => {
              toast.done("The export begins", { description: "Your browser shows how far it is." });
              void outline.refetch();
            }}
          >
            <Download aria-hidden size={14} className="shrink-0" />
            Download
          </a>
        )
      }
    >
      <QueryView query={outline} skeleton={<SkeletonRows rows={2} label="Counting what it holds" />}>
        {(found) => <Outline {...found} />}
      </QueryView>
    </Section>
  );
}

const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;

function Outline(outline: ExportOutline) {
  const { refusal, files_bytes, runs_count, active_runs_count, definitions_count, secrets_count } = outline;
  return (
    <div className="flex flex-col gap-3 p-4 text-list">
      <FormError message={refusal} />
      <dl className="grid grid-cols-[minmax(0,max-content)_minmax(0,1fr)] gap-x-6 gap-y-1">
        <dt className="text-muted">It holds</dt>
        <dd className="text-pretty">
          {plural(runs_count, "run")} with logs, artifacts and comments,{" "}
          {plural(definitions_count, "definition")}, members, events
        </dd>
        <dt className="text-muted">Its folder</dt>
        <dd>{fileSize(files_bytes)}, packed into the file</dd>
        <dt className="text-muted">It leaves out</dt>
        <dd className="text-pretty">
          {secrets_count > 0 ? `the values of ${plural(secrets_count, "secret")}` : "values of secrets"},
          signing secrets of webhooks, tokens, the audit record
        </dd>
      </dl>
      {active_runs_count > 0 ? (
        <p className="text-pretty text-needs-you">
          {plural(active_runs_count, "run")} under way would go on in both places. Pause{" "}
          {active_runs_count === 1 ? "it" : "them"} first, or delete the project here after the export.
        </p>
      ) : null}
    </div>
  );
}

function Forbidden() {
  const project = useProject();
  const members = trpc.members.list.useQuery({ project_id: project.id });
  const owners = (members.data?.items ?? []).filter(
    ({ role, disabled }) => can(role, "project:delete") && !disabled,
  );
  const whom = owners.length === 0 ? "one of them" : namesOr(owners.map(({ name }) => name));
  return (
    <Section title={TITLE}>
      <ForbiddenState
        title="Owners export the project"
        className="py-8"
        message={`Ask ${whom} for a file of it with its history.`}
      />
    </Section>
  );
}
