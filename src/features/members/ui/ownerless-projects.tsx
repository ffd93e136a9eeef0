"use client";

import { useState } from "react";
import { Button } from "../../../components/button";
import { ConfirmDialog } from "../../../components/confirm-dialog";
import { ListRow } from "../../../components/list";
import { PagedList } from "../../../components/paged-list";
import { RelativeTime } from "../../../components/relative-time";
import { Section } from "../../../components/section";
import { toast } from "../../../components/toast";
import { withMarks } from "../../../lib/marks";
import { trpc } from "../../../trpc/react";
import type { OwnerlessProject } from "../schema";

/** Projects that nobody can manage, for administrators. */
export function OwnerlessProjects() {
  const projects = trpc.members.listOwnerless.useInfiniteQuery(
    {},
    { getNextPageParam: (page) => page.next_cursor ?? undefined },
  );
  return (
    <Section
      title="Projects without an owner"
      description="Each of their owners is disabled or has left the group that was one."
    >
      <PagedList
        query={projects}
        label="Projects without an owner"
        noun="projects"
        rows={1}
        empty={<p className="p-4 text-muted">Every project has an owner.</p>}
      >
        {(project) => <OwnerlessRow key={project.id} project={project} />}
      </PagedList>
    </Section>
  );
}

function OwnerlessRow({ project }: { project: OwnerlessProject }) {
  const utils = trpc.useUtils();
  const [asking, setAsking] = useState(false);
  const take = trpc.members.takeOver.useMutation({
    onSuccess: () => {
      void utils.members.invalidate();
      void utils.projects.invalidate();
      toast.done(`You are the owner of ${project.name} now`);
    },
  });
  return (
    <ListRow title={withMarks(project.name)} end={<Button onClick={() => setAsking(true)}>Take over</Button>}>
      <span className="min-w-0 flex-1 truncate text-meta text-faint">
        made <RelativeTime at={project.created_at} />
      </span>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`Take over ${project.name}?`}
        description="You become its owner, see its board and runs, and can make others owners. It is recorded."
        confirmLabel="Take over"
        keepLabel="Leave it"
        danger={false}
        onConfirm={() => take.mutateAsync({ project_id: project.id })}
      />
    </ListRow>
  );
}
