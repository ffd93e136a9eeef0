"use client";

import { useState } from "react";
import { QueryView } from "../../../components/query-view";
import { Section } from "../../../components/section";
import { SkeletonRows } from "../../../components/skeleton";
import { toast } from "../../../components/toast";
import { RETENTION_AGES, type Retention } from "../../../model/retention";
import { trpc } from "../../../trpc/react";
import { useProject } from "../../projects/ui/project-provider";
import type { RetentionInfo } from "../schema";
import { RetentionForm } from "./retention-form";

/** For how long the project keeps its runs, logs, artifacts and events. */
export function ProjectRetention() {
  const project = useProject();
  const query = trpc.retention.get.useQuery({ id: project.id });
  return (
    <Section
      title="Retention"
      description="What goes by itself, and when. An empty field is the installation's default, shown in grey."
    >
      <QueryView query={query} skeleton={<SkeletonRows rows={5} label="Loading the retention" />}>
        {(info) =>
          project.may("project:write") ? (
            <OwnForm key={JSON.stringify(info)} info={info} />
          ) : (
            <Facts effective={info.effective} />
          )
        }
      </QueryView>
    </Section>
  );
}

function OwnForm({ info }: { info: RetentionInfo }) {
  const { id } = useProject();
  const utils = trpc.useUtils();
  const [proposed, setProposed] = useState<Retention | null>(null);
  const preview = trpc.retention.preview.useQuery({ id, ...proposed }, { enabled: proposed !== null });
  const update = trpc.projects.update.useMutation({
    onSuccess: (saved) => {
      utils.projects.getBySlug.setData({ slug: saved.slug }, saved);
      void utils.retention.get.invalidate({ id });
      toast.done("Retention saved");
    },
  });
  return (
    <RetentionForm
      saved={info.own}
      otherwise={info.installation}
      proposed={proposed}
      propose={setProposed}
      preview={preview}
      save={(retention) => update.mutateAsync({ id, retention })}
    />
  );
}

const LABELS = { runs: "Runs", logs: "Logs", artifacts: "Artifacts", events: "Events" } as const;

function Facts({ effective }: { effective: Retention }) {
  return (
    <dl className="grid grid-cols-[minmax(0,max-content)_minmax(0,1fr)] gap-x-6 gap-y-1 p-4 text-list">
      {RETENTION_AGES.map((name) => (
        <div key={name} className="contents">
          <dt className="text-muted">{LABELS[name]}</dt>
          <dd>{effective[name] ?? "forever"}</dd>
        </div>
      ))}
      <dt className="text-muted">Newest of each definition</dt>
      <dd>{effective.keep_last ? `${effective.keep_last} stay` : "no exception"}</dd>
    </dl>
  );
}
