import { z } from "zod";
import { pageOf } from "../../lib/page";
import { procedure, restOf, router } from "../../trpc/procedures";
import { deleteSecret } from "./commands/delete-secret";
import { setSecret } from "./commands/set-secret";
import { listSecrets } from "./queries";
import { DeleteSecretInput, ListSecretsInput, Secret, SetSecret, SetSecretInput } from "./schema";

const rest = restOf("secrets");

export const secretsRouter = router({
  list: procedure
    .meta(
      rest("GET", "/projects/{project_id}/secrets", "Names of a project's secrets; a value is never told"),
    )
    .input(ListSecretsInput)
    .output(pageOf(Secret))
    .query(({ ctx, input }) => listSecrets(ctx, input)),
  set: procedure
    .meta(rest("PUT", "/projects/{project_id}/secrets/{name}", "Set a secret, which steps get that name it"))
    .input(SetSecretInput)
    .output(SetSecret)
    .mutation(({ ctx, input }) => setSecret(ctx, input)),
  delete: procedure
    .meta(rest("DELETE", "/projects/{project_id}/secrets/{name}", "Delete a secret"))
    .input(DeleteSecretInput)
    .output(z.object({ name: z.string() }))
    .mutation(({ ctx, input }) => deleteSecret(ctx, input)),
});
