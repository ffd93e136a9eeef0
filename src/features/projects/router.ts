import { z } from "zod";
import { findBox } from "../../box/find-box";
import { NoInput } from "../../lib/input";
import { PageInput, pageOf } from "../../lib/page";
import { procedure, restOf, router } from "../../trpc/procedures";
import { deleteProject } from "./commands/delete-project";
import { starProject } from "./commands/star-project";
import { updateProject } from "./commands/update-project";
import { mayCreate } from "./creators";
import { getProjectDisk } from "./project-disk";
import { getProjectSizes } from "./project-sizes";
import { getProject, getProjectBySlug, listProjects } from "./queries";
import {
  MayCreate,
  Project,
  ProjectBox,
  ProjectBySlugInput,
  ProjectDisk,
  ProjectInput,
  ProjectListItem,
  ProjectSizes,
  StarProjectInput,
  StarredProject,
  UpdateProjectInput,
} from "./schema";

const rest = restOf("projects");

export const projectsRouter = router({
  /** For the board, which hides the button from people who may not create projects. */
  mayCreate: procedure
    .input(NoInput)
    .output(MayCreate)
    .query(({ ctx }) => mayCreate(ctx)),
  /** For the settings page. */
  box: procedure
    .input(NoInput)
    .output(ProjectBox)
    .query(() => findBox()),
  list: procedure
    .meta(rest("GET", "/projects", "One's projects"))
    .input(PageInput.optional())
    .output(pageOf(ProjectListItem))
    .query(({ ctx, input }) => listProjects(ctx, input ?? PageInput.parse({}))),
  get: procedure
    .meta(rest("GET", "/projects/{id}", "One project"))
    .input(ProjectInput)
    .output(Project)
    .query(({ ctx, input }) => getProject(ctx, input)),
  /** For the board's pages, whose addresses contain the slug. */
  getBySlug: procedure
    .input(ProjectBySlugInput)
    .output(Project)
    .query(({ ctx, input }) => getProjectBySlug(ctx, input)),
  disk: procedure
    .meta(rest("GET", "/projects/{id}/disk", "What a project takes of the disk of this machine"))
    .input(ProjectInput)
    .output(ProjectDisk)
    .query(({ ctx, input }) => getProjectDisk(ctx, input.id)),
  sizes: procedure
    .meta(rest("GET", "/projects/{id}/sizes", "What a project's runs keep, by definition and by run"))
    .input(ProjectInput)
    .output(ProjectSizes)
    .query(({ ctx, input }) => getProjectSizes(ctx, input.id)),
  star: procedure
    .meta(rest("POST", "/projects/{id}/star", "Put a project before one's others, or back among them"))
    .input(StarProjectInput)
    .output(StarredProject)
    .mutation(({ ctx, input }) => starProject(ctx, input)),
  update: procedure
    .meta(rest("PATCH", "/projects/{id}", "Change name or limits"))
    .input(UpdateProjectInput)
    .output(Project)
    .mutation(({ ctx, input }) => updateProject(ctx, input)),
  delete: procedure
    .meta(rest("DELETE", "/projects/{id}", "Delete a project and its runs"))
    .input(ProjectInput)
    .output(z.object({ id: z.string() }))
    .mutation(({ ctx, input }) => deleteProject(ctx, input)),
});
