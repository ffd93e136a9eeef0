"use client";

import { Button } from "../../../components/button";
import { fileSize } from "../../../components/file-size";
import { List, ListRow } from "../../../components/list";
import { QueryView } from "../../../components/query-view";
import { Section } from "../../../components/section";
import { SkeletonRows } from "../../../components/skeleton";
import { trpc } from "../../../trpc/react";
import { useProject } from "./project-provider";

/** What the project takes of the disk: its artifacts, and the folders of its runs. */
export function DiskSettings() {
  const { id, slug, workspace_hours } = useProject();
  // Counted when somebody looks; a folder may have a million files.
  const query = trpc.projects.disk.useQuery({ id }, { staleTime: 60_000, refetchOnWindowFocus: false });
  const hours = `${workspace_hours} ${workspace_hours === 1 ? "hour" : "hours"}`;
  return (
    <Section
      title="Disk"
      description={`A run's folder goes ${hours} after its end, unless it has a file that no snapshot has.`}
      actions={
        <Button busy={query.isFetching} onClick={() => void query.refetch()}>
          Count again
        </Button>
      }
    >
      <QueryView query={query} skeleton={<SkeletonRows rows={2} label="Counting" />}>
        {({ artifacts_bytes, snapshots_bytes, workspaces_bytes, workspaces_count, runs }) => (
          <>
            <dl className="grid grid-cols-[minmax(0,max-content)_minmax(0,1fr)] gap-x-6 gap-y-1 p-4 text-list">
              <dt className="text-muted">Artifacts</dt>
              <dd>{fileSize(artifacts_bytes)}</dd>
              {snapshots_bytes === null ? null : (
                <>
                  <dt className="text-muted">Snapshots of files</dt>
                  <dd>{fileSize(snapshots_bytes)}</dd>
                </>
              )}
              <dt className="text-muted">Folders of runs</dt>
              <dd>
                {fileSize(workspaces_bytes)} in {workspaces_count}{" "}
                {workspaces_count === 1 ? "folder" : "folders"}
              </dd>
            </dl>
            {runs.length > 0 ? (
              <div className="border-t border-line">
                <List label="The largest folders of runs">
                  {runs.map((run) => (
                    <ListRow
                      key={run.id}
                      href={`/p/${slug}/runs/${run.id}`}
                      title={`#${run.number} ${run.name}`}
                      end={<span className="text-meta text-muted">{fileSize(run.bytes)}</span>}
                    />
                  ))}
                </List>
              </div>
            ) : null}
          </>
        )}
      </QueryView>
    </Section>
  );
}
