import { NoInput } from "../../lib/input";
import { procedure, restOf, router } from "../../trpc/procedures";
import { CreateProjectInput, Project } from "../projects/schema";
import { createProject } from "./commands/create-project";
import { createSampleProject } from "./commands/create-sample-project";

const rest = restOf("projects");

export const newProjectRouter = router({
  create: procedure
    .meta(rest("POST", "/projects", "Make a project", { created: true }))
    .input(CreateProjectInput)
    .output(Project)
    .mutation(({ ctx, input }) => createProject(ctx, input)),
  createSample: procedure
    .meta(rest("POST", "/projects/sample", "Make the sample project", { created: true }))
    .input(NoInput)
    .output(Project)
    .mutation(({ ctx }) => createSampleProject(ctx)),
});
