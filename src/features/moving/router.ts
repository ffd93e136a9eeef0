import { procedure, router } from "../../trpc/procedures";
import { ProjectInput } from "../projects/schema";
import { getExportOutline } from "./queries/get-export-outline";
import { ExportOutline } from "./schema";

/** Export and import are streams of files, in `api/transfer/moving.ts`. */
export const movingRouter = router({
  /** For the settings page, ahead of the download. */
  exportOutline: procedure
    .input(ProjectInput)
    .output(ExportOutline)
    .query(({ ctx, input }) => getExportOutline(ctx, input)),
});
