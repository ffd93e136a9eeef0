import { NoInput } from "../../lib/input";
import { procedure, restOf, router } from "../../trpc/procedures";
import { updateInstallation } from "./commands/update-installation";
import { readInstallation } from "./queries";
import { InstallationSettings, UpdateInstallationInput } from "./schema";

const rest = restOf("installation");

export const installationRouter = router({
  get: procedure
    .meta(rest("GET", "/installation", "What holds for everybody here"))
    .input(NoInput)
    .output(InstallationSettings)
    .query(({ ctx }) => readInstallation(ctx.db)),
  update: procedure
    .meta(
      rest("PATCH", "/installation", "Change what holds for everybody here", {
        description: "For administrators. What is left out stays as it is.",
      }),
    )
    .input(UpdateInstallationInput)
    .output(InstallationSettings)
    .mutation(({ ctx, input }) => updateInstallation(ctx, input)),
});
