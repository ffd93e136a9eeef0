"use client";

import { FolderKanban, KanbanSquare, Plus, Star as StarIcon } from "lucide-react";
import { useRouter } from "next/navigation";
import { type ReactNode, useState } from "react";
import { Badge } from "../../../components/badge";
import { Button } from "../../../components/button";
import { ButtonLink } from "../../../components/button-link";
import { useCommands } from "../../../components/commands";
import { cx } from "../../../components/cx";
import { sayFault } from "../../../components/fault";
import { FrameContent } from "../../../components/frame/frame";
import { TopBar } from "../../../components/frame/top-bar";
import { IconButton } from "../../../components/icon-button";
import { List, ListRow } from "../../../components/list";
import { QueryView } from "../../../components/query-view";
import { RelativeTime } from "../../../components/relative-time";
import { SkeletonRows } from "../../../components/skeleton";
import { EmptyState } from "../../../components/states";
import { toast } from "../../../components/toast";
import { withMarks } from "../../../lib/marks";
import { trpc } from "../../../trpc/react";
import { displayStatus, STATUS_LOOKS } from "../../in-run/ui/status";
import { StatusIcon } from "../../in-run/ui/status-icon";
import type { ProjectListItem } from "../schema";
import { CreateProjectDialog } from "./create-project-dialog";
import { ROLE_LABELS } from "./roles";
import { starredFirst } from "./starred-first";

/** All projects of which the person is a member. `importing`: for who may make projects. */
export function ProjectList({ importing }: { importing: ReactNode }) {
  const projects = trpc.projects.list.useQuery();
  const { data: may } = trpc.projects.mayCreate.useQuery();
  const [creating, setCreating] = useState(false);
  useCommands(
    may?.allowed
      ? [
          {
            id: "projects.new-key",
            label: "New project",
            group: "Projects",
            shortcut: "n",
            keysOnly: true,
            run: () => setCreating(true),
          },
        ]
      : [],
  );
  return (
    <>
      <TopBar
        title={<h1 className="font-medium">Projects</h1>}
        action={
          may?.allowed ? (
            <>
              <ButtonLink href="/board" variant="ghost" icon={KanbanSquare}>
                <span className="max-md:sr-only">Board of all</span>
              </ButtonLink>
              {importing}
              <Button icon={Plus} onClick={() => setCreating(true)}>
                New project
              </Button>
            </>
          ) : (
            <ButtonLink href="/board" variant="ghost" icon={KanbanSquare}>
              Board of all
            </ButtonLink>
          )
        }
      />
      <FrameContent>
        <QueryView
          query={projects}
          skeleton={<SkeletonRows label="Loading your projects" />}
          className="flex-1"
        >
          {({ items }) =>
            items.length === 0 ? (
              may && <FirstProject reason={may.reason} onCreate={() => setCreating(true)} />
            ) : (
              <>
                <List label="Projects" className="border-b border-line">
                  {starredFirst(items).map((project) => (
                    <ProjectRow key={project.id} project={project} />
                  ))}
                </List>
                {may?.reason ? (
                  <p className="px-4 py-3 text-pretty text-meta text-faint">{withMarks(may.reason)}</p>
                ) : null}
              </>
            )
          }
        </QueryView>
      </FrameContent>
      {creating ? <CreateProjectDialog onClose={() => setCreating(false)} /> : null}
    </>
  );
}

function ProjectRow({ project }: { project: ProjectListItem }) {
  const { active_runs: active } = project;
  return (
    <ListRow
      href={`/p/${project.slug}`}
      title={withMarks(project.name)}
      end={
        <>
          {active > 0 ? (
            <span className="flex items-center gap-1.5 text-running">
              <StatusIcon status="running" decorative />
              <span>
                {active}
                <span className="max-sm:sr-only"> under way</span>
              </span>
            </span>
          ) : null}
          <Star project={project} />
          <RecentRuns statuses={project.recent_runs} />
          <span className="max-sm:hidden">
            <Badge>{ROLE_LABELS[project.role]}</Badge>
          </span>
          <span className="w-20 text-right text-meta text-faint max-sm:hidden">
            {project.last_run_at === null ? "no runs yet" : <RelativeTime at={project.last_run_at} />}
          </span>
        </>
      }
    />
  );
}

/** Puts a project before the others, on this page and in the navigation. */
function Star({ project: { id, name, starred } }: { project: ProjectListItem }) {
  const utils = trpc.useUtils();
  const star = trpc.projects.star.useMutation({
    onMutate: (next) =>
      utils.projects.list.setData(
        undefined,
        (list) =>
          list && {
            ...list,
            items: list.items.map((each) =>
              each.id === id ? { ...each, starred: next.starred ?? true } : each,
            ),
          },
      ),
    onError: (error) => toast.failed(`${name} was not changed`, { description: sayFault(error) }),
    onSettled: () => utils.projects.list.invalidate(),
  });
  return (
    <IconButton
      label={starred ? `Put ${name} back among the others` : `Put ${name} before the others`}
      icon={StarIcon}
      aria-pressed={starred}
      className={starred ? "[&_svg]:fill-current" : ""}
      onClick={() => star.mutate({ id, starred: !starred })}
    />
  );
}

/** A bar for each of a project's newest runs, the newest last, in the colour of its status. */
function RecentRuns({ statuses }: { statuses: ProjectListItem["recent_runs"] }) {
  if (statuses.length === 0) return null;
  const looks = statuses.map(displayStatus).toReversed();
  const counted = [...new Set(looks)].map((look) => {
    const count = looks.filter((each) => each === look).length;
    return `${count} ${STATUS_LOOKS[look].label.toLowerCase()}`;
  });
  const words = `The newest ${looks.length === 1 ? "run" : `${looks.length} runs`}: ${counted.join(", ")}`;
  return (
    <span role="img" aria-label={withMarks(words)} title={withMarks(words)} className="flex h-3.5 gap-0.5">
      {looks.map((look, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a bar has nothing else to tell it by
        <span key={at} className={cx("w-1 rounded-full", STATUS_LOOKS[look].fill)} />
      ))}
    </span>
  );
}

function FirstProject({ reason, onCreate }: { reason: string | null; onCreate: () => void }) {
  const router = useRouter();
  const utils = trpc.useUtils();
  const sample = trpc.projects.createSample.useMutation({
    onSuccess: (project) => {
      void utils.projects.list.invalidate();
      router.push(`/p/${project.slug}`);
    },
    onError: (error) => toast.failed("The sample project was not made", { description: sayFault(error) }),
  });
  if (reason) {
    return (
      <EmptyState icon={FolderKanban} title="You are in no project yet" className="flex-1">
        {withMarks(reason)} An owner of a project can add you to it.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={FolderKanban}
      title="Start with something that runs"
      className="flex-1"
      action={
        <>
          <Button
            variant="primary"
            busy={sample.isPending || sample.isSuccess}
            onClick={() => sample.mutate({})}
          >
            Create the sample project
          </Button>
          <Button variant="ghost" onClick={onCreate}>
            or an empty one
          </Button>
        </>
      }
    >
      The sample is a small TypeScript library with a workflow that inspects, builds, tests and packs it, with
      real commands, on your own machine.
    </EmptyState>
  );
}
