import { NoInput } from "../../lib/input";
import { procedure, router } from "../../trpc/procedures";
import { CreateProjectInput, Project } from "../projects/schema";
import { createProject } from "./commands/create-project";
import { createSampleProject } from "./commands/create-sample-project";

const tags = ["projects"];

export const newProjectRouter = router({
  create: procedure
    .meta({ openapi: { method: "POST", path: "/projects", tags, summary: "Make a project" }, created: true })
    .input(CreateProjectInput)
    .output(Project)
    .mutation(({ ctx, input }) => createProject(ctx, input)),
  createSample: procedure
    .meta({
      openapi: { method: "POST", path: "/projects/sample", tags, summary: "Make the sample project" },
      created: true,
    })
    .input(NoInput)
    .output(Project)
    .mutation(({ ctx }) => createSampleProject(ctx)),
});
