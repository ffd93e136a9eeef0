import { z } from "zod";
import { pageOf } from "../../lib/page";
import { procedure, restOf, router } from "../../trpc/procedures";
import { listEntries } from "./archives/read-archive";
import { deleteArtifact } from "./commands/delete-artifact";
import { moveArtifact } from "./commands/move-artifact";
import { getArtifact, listArtifacts } from "./queries";
import { linkReport } from "./reports/link-report";
import {
  ArchiveListing,
  Artifact,
  ArtifactInput,
  AttachArtifactInput,
  ListArtifactsInput,
  ReportLink,
} from "./schema";

const rest = restOf("artifacts");

/** Without bytes: see `POST /api/workflow-executions/{id}/artifacts` and `GET /api/artifacts/{id}`. */
export const artifactsRouter = router({
  list: procedure
    .meta(rest("GET", "/workflow-executions/{run_id}/artifacts", "The artifacts of a run, oldest first"))
    .input(ListArtifactsInput)
    .output(pageOf(Artifact))
    .query(({ ctx, input }) => listArtifacts(ctx, input)),
  get: procedure
    .meta(rest("GET", "/artifacts/{id}/metadata", "What is known of an artifact"))
    .input(ArtifactInput)
    .output(Artifact)
    .query(({ ctx, input }) => getArtifact(ctx, input)),
  entries: procedure
    .meta(rest("GET", "/artifacts/{id}/entries", "The files in an archive: a zip, tar or tar.gz"))
    .input(ArtifactInput)
    .output(ArchiveListing)
    .query(({ ctx, input }) => listEntries(ctx, input)),
  report: procedure
    .meta(
      rest("GET", "/artifacts/{id}/report", "A link for an hour that shows a page in HTML, cut off from all"),
    )
    .input(ArtifactInput)
    .output(ReportLink)
    .query(({ ctx, input }) => linkReport(ctx, input)),
  attach: procedure
    .meta(rest("PATCH", "/artifacts/{id}/attach", "Attach an artifact to a comment of its run"))
    .input(AttachArtifactInput)
    .output(Artifact)
    .mutation(({ ctx, input }) => moveArtifact(ctx, input)),
  detach: procedure
    .meta(rest("DELETE", "/artifacts/{id}/detach", "Take an artifact from its comment"))
    .input(ArtifactInput)
    .output(Artifact)
    .mutation(({ ctx, input }) => moveArtifact(ctx, { ...input, comment_id: null })),
  delete: procedure
    .meta(rest("DELETE", "/artifacts/{id}", "Delete an artifact and its file"))
    .input(ArtifactInput)
    .output(z.object({ id: z.string() }))
    .mutation(({ ctx, input }) => deleteArtifact(ctx, input)),
});
