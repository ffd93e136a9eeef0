import { TRPCError } from "@trpc/server";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { cache } from "react";
import { pageCaller } from "../../../../api/page-caller";
import { NewRunButton } from "../../../../features/definitions/ui/new-run-button";
import { LiveStatus } from "../../../../features/live/ui/live-status";
import { ProjectFrame } from "../../../../features/projects/ui/project-frame";
import { ProjectProvider } from "../../../../features/projects/ui/project-provider";
import { ProjectRoomBanner } from "../../../../features/room/ui/room-banner";
import { FocusedRun } from "../../../../features/runs/ui/focused-run";
import { inSentence, withMarks } from "../../../../lib/marks";
import { requireActor } from "../../require-actor";

/** The project, or the page that says why not, with its status. */
const loadProject = cache(async (slug: string) => {
  const api = await pageCaller();
  try {
    return await api.projects.getBySlug({ slug });
  } catch (error) {
    if (!(error instanceof TRPCError)) throw error;
    if (error.code === "UNAUTHORIZED") await requireActor();
    // A stranger is not told that there is such a project.
    if (["FORBIDDEN", "NOT_FOUND", "BAD_REQUEST"].includes(error.code)) notFound();
    throw error;
  }
});

export async function generateMetadata({ params }: LayoutProps<"/p/[slug]">): Promise<Metadata> {
  // The layout tells why it cannot be opened; a page that says so still has a title.
  const project = await loadProject((await params).slug).catch(() => null);
  if (!project) return {};
  const name = withMarks(inSentence(project.name));
  // A layout's template holds for the pages below it, not for the one beside it, which is the board.
  return { title: { absolute: `Board · ${name}`, template: `%s · ${name}` } };
}

export default async function ProjectLayout({ params, children }: LayoutProps<"/p/[slug]">) {
  const project = await loadProject((await params).slug);
  const { id: head } = await (await pageCaller()).events.head({ project_id: project.id });
  return (
    <ProjectProvider key={project.id} initial={project}>
      <LiveStatus projectId={project.id} head={head} />
      <FocusedRun />
      <ProjectFrame action={<NewRunButton />} banner={<ProjectRoomBanner />}>
        {children}
      </ProjectFrame>
    </ProjectProvider>
  );
}
