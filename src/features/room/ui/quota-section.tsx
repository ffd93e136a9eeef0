"use client";

import { type FormEvent, useState } from "react";
import { Button } from "../../../components/button";
import { faultOf, restOfFault } from "../../../components/fault";
import { TextField } from "../../../components/field";
import { FormError } from "../../../components/form-error";
import { ListRow } from "../../../components/list";
import { PagedList } from "../../../components/paged-list";
import { QueryView } from "../../../components/query-view";
import { Section } from "../../../components/section";
import { SkeletonRows } from "../../../components/skeleton";
import { toast } from "../../../components/toast";
import { trpc } from "../../../trpc/react";
import type { ProjectRoomItem } from "../schema";
import { bytesOf, gigabytesOf } from "./gigabytes";
import { QuotaDialog } from "./quota-dialog";
import { takenText } from "./taken-facts";

/** What projects take and may take, for administrators. */
export function QuotaSection() {
  const settings = trpc.installation.get.useQuery();
  const projects = trpc.room.projects.useInfiniteQuery(
    {},
    { getNextPageParam: (page) => page.next_cursor ?? undefined },
  );
  return (
    <Section
      title="Quotas"
      description="Bytes of artifacts, logs of ended runs and folders of runs. Over it no run of a project starts and nothing can be uploaded to it; it keeps what it has."
    >
      <QueryView query={settings} skeleton={<SkeletonRows rows={1} label="Loading the settings" />}>
        {({ project_quota_bytes }) => (
          <DefaultForm key={project_quota_bytes} project_quota_bytes={project_quota_bytes} />
        )}
      </QueryView>
      <div className="border-t border-line">
        <PagedList
          query={projects}
          label="Projects and what they take"
          noun="projects"
          empty={<p className="p-4 text-muted">There is no project yet.</p>}
        >
          {(project) => <QuotaRow key={project.id} project={project} />}
        </PagedList>
      </div>
    </Section>
  );
}

function DefaultForm({ project_quota_bytes }: { project_quota_bytes: number | null }) {
  const utils = trpc.useUtils();
  const before = gigabytesOf(project_quota_bytes);
  const [quota, setQuota] = useState(before);
  const update = trpc.installation.update.useMutation({
    onSuccess: (saved) => {
      utils.installation.get.setData(undefined, saved);
      void utils.room.invalidate();
      toast.done("Settings saved");
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    update.mutate({ project_quota_bytes: bytesOf(quota) });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4 p-4">
      <TextField
        label="Gigabytes that each project may take"
        name="project_quota_bytes"
        optional
        type="number"
        inputMode="decimal"
        min={0.001}
        step="any"
        className="sm:w-80"
        hint="Empty: as much as there is. Projects with a quota of their own go by that."
        value={quota}
        onChange={(event) => setQuota(event.currentTarget.value)}
        error={faultOf(update.error, "project_quota_bytes")}
      />
      <FormError message={restOfFault(update.error, ["project_quota_bytes"])} />
      <div>
        <Button type="submit" busy={update.isPending} disabled={quota === before}>
          Save
        </Button>
      </div>
    </form>
  );
}

function QuotaRow({ project }: { project: ProjectRoomItem }) {
  const [changing, setChanging] = useState(false);
  const isOver = project.quota_bytes !== null && project.taken_bytes >= project.quota_bytes;
  return (
    <ListRow
      title={project.name}
      end={
        <Button aria-label={`Change the quota of ${project.name}`} onClick={() => setChanging(true)}>
          Change
        </Button>
      }
    >
      <span
        className={`min-w-0 flex-1 text-right text-meta text-pretty tabular-nums ${isOver ? "font-medium text-needs-you" : "text-muted"}`}
      >
        {takenText(project)}
      </span>
      {changing ? <QuotaDialog project={project} onClose={() => setChanging(false)} /> : null}
    </ListRow>
  );
}
