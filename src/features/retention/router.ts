import { procedure, restOf, router } from "../../trpc/procedures";
import { getRetention, previewInstallation, previewRetention } from "./queries";
import { PreviewAllInput, PreviewInput, RetentionInfo, RetentionInput, RetentionPreview } from "./schema";

const rest = restOf("retention");
const PREVIEW =
  "Nothing is changed. Counted by the rules by which runs, logs, artifacts and events are removed, as of now.";

export const retentionRouter = router({
  get: procedure
    .meta(rest("GET", "/projects/{id}/retention", "What a project keeps, and for how long"))
    .input(RetentionInput)
    .output(RetentionInfo)
    .query(({ ctx, input }) => getRetention(ctx, input)),
  preview: procedure
    .meta(
      rest("GET", "/projects/{id}/retention/preview", "What would go with another retention", {
        description: `${PREVIEW} What is left out is the installation's.`,
      }),
    )
    .input(PreviewInput)
    .output(RetentionPreview)
    .query(({ ctx, input }) => previewRetention(ctx, input)),
  previewAll: procedure
    .meta(
      rest("GET", "/installation/retention/preview", "What would go with another default", {
        description: `For administrators. ${PREVIEW} Of all projects together, each with what it says itself.`,
      }),
    )
    .input(PreviewAllInput)
    .output(RetentionPreview)
    .query(({ ctx, input }) => previewInstallation(ctx, input)),
});
