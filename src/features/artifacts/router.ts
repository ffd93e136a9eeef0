import { z } from "zod";
import { pageOf } from "../../lib/page";
import { procedure, router } from "../../trpc/procedures";
import { attachArtifact } from "./commands/attach-artifact";
import { deleteArtifact } from "./commands/delete-artifact";
import { detachArtifact } from "./commands/detach-artifact";
import { getArtifact, listArtifacts } from "./queries";
import { Artifact, ArtifactInput, AttachArtifactInput, ListArtifactsInput } from "./schema";

const tags = ["artifacts"];

/**
 * Without bytes: those go through `POST /api/workflow-executions/{id}/artifacts` and `GET
 * /api/artifacts/{id}`.
 */
export const artifactsRouter = router({
  list: procedure
    .meta({
      openapi: {
        method: "GET",
        path: "/workflow-executions/{run_id}/artifacts",
        tags,
        summary: "The artifacts of a run, oldest first",
      },
    })
    .input(ListArtifactsInput)
    .output(pageOf(Artifact))
    .query(({ ctx, input }) => listArtifacts(ctx, input)),
  get: procedure
    .meta({
      openapi: {
        method: "GET",
        path: "/artifacts/{id}/metadata",
        tags,
        summary: "What is known of an artifact",
      },
    })
    .input(ArtifactInput)
    .output(Artifact)
    .query(({ ctx, input }) => getArtifact(ctx, input)),
  attach: procedure
    .meta({
      openapi: {
        method: "PATCH",
        path: "/artifacts/{id}/attach",
        tags,
        summary: "Attach an artifact to a comment of its run",
      },
    })
    .input(AttachArtifactInput)
    .output(Artifact)
    .mutation(({ ctx, input }) => attachArtifact(ctx, input)),
  detach: procedure
    .meta({
      openapi: {
        method: "DELETE",
        path: "/artifacts/{id}/detach",
        tags,
        summary: "Take an artifact from its comment",
      },
    })
    .input(ArtifactInput)
    .output(Artifact)
    .mutation(({ ctx, input }) => detachArtifact(ctx, input)),
  delete: procedure
    .meta({
      openapi: {
        method: "DELETE",
        path: "/artifacts/{id}",
        tags,
        summary: "Delete an artifact and its file",
      },
    })
    .input(ArtifactInput)
    .output(z.object({ id: z.string() }))
    .mutation(({ ctx, input }) => deleteArtifact(ctx, input)),
});
