"use client";

import { Button } from "../../../components/button";
import { fileSize } from "../../../components/file-size";
import { List, ListRow } from "../../../components/list";
import { QueryView } from "../../../components/query-view";
import { Section } from "../../../components/section";
import { SkeletonRows } from "../../../components/skeleton";
import { trpc } from "../../../trpc/react";
import type { Sizes } from "../schema";
import { useProject } from "./project-provider";

const total = ({ logs_bytes, artifacts_bytes, outputs_bytes }: Sizes) =>
  logs_bytes + artifacts_bytes + outputs_bytes;

/** "12 MB of logs, 3 MB of artifacts"; what is nothing is left out. */
export function sizeWords({ logs_bytes, artifacts_bytes, outputs_bytes }: Sizes): string {
  const parts = [
    [logs_bytes, "logs"],
    [artifacts_bytes, "artifacts"],
    [outputs_bytes, "outputs"],
  ] as const;
  return parts
    .filter(([bytes]) => bytes > 0)
    .map(([bytes, word]) => `${fileSize(bytes)} of ${word}`)
    .join(", ");
}

/** What the project's runs keep, by definition and by run. */
export function SizeSettings() {
  const { id, slug } = useProject();
  // Added up over all runs when somebody looks.
  const query = trpc.projects.sizes.useQuery({ id }, { staleTime: 60_000, refetchOnWindowFocus: false });
  return (
    <Section
      title="Storage"
      description="What its runs keep: logs of ended runs, artifacts, and outputs of steps."
      actions={
        <Button busy={query.isFetching} onClick={() => void query.refetch()}>
          Add up again
        </Button>
      }
    >
      <QueryView query={query} skeleton={<SkeletonRows rows={3} label="Adding up" />}>
        {(sizes) => (
          <>
            <dl className="grid grid-cols-[minmax(0,max-content)_minmax(0,1fr)] gap-x-6 gap-y-1 p-4 text-list">
              <dt className="text-muted">Logs</dt>
              <dd>
                {fileSize(sizes.logs_bytes)}
                {sizes.uncounted > 0 ? (
                  <span className="text-muted">
                    {" "}
                    without those of {sizes.uncounted.toLocaleString("en")}{" "}
                    {sizes.uncounted === 1 ? "run that was" : "runs that were"} not measured
                  </span>
                ) : null}
              </dd>
              <dt className="text-muted">Artifacts</dt>
              <dd>{fileSize(sizes.artifacts_bytes)}</dd>
              <dt className="text-muted">Outputs</dt>
              <dd>{fileSize(sizes.outputs_bytes)}</dd>
            </dl>
            {sizes.definitions.length > 0 ? (
              <div className="border-t border-line">
                <List label="Storage by definition">
                  {sizes.definitions.map((definition) => (
                    <ListRow
                      key={definition.id}
                      href={`/p/${slug}/definitions/${definition.slug}`}
                      title={definition.name}
                      end={<Size sizes={definition} />}
                    >
                      <span className="min-w-0 truncate text-meta text-faint max-sm:hidden">
                        {definition.runs.toLocaleString("en")} {definition.runs === 1 ? "run" : "runs"}
                      </span>
                    </ListRow>
                  ))}
                </List>
              </div>
            ) : null}
            {sizes.runs.length > 0 ? (
              <div className="border-t border-line">
                <h3 className="px-4 pt-3 pb-1 text-meta text-muted">The largest runs</h3>
                <List label="The largest runs">
                  {sizes.runs.map((run) => (
                    <ListRow
                      key={run.id}
                      href={`/p/${slug}/runs/${run.id}`}
                      title={`#${run.number} ${run.name}`}
                      end={<Size sizes={run} />}
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

function Size({ sizes }: { sizes: Sizes }) {
  return (
    <span className="text-meta text-muted tabular-nums" title={sizeWords(sizes)}>
      {fileSize(total(sizes))}
    </span>
  );
}
