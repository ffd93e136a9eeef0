import { z } from "zod";
import { pageOf } from "../../lib/page";
import { procedure, router } from "../../trpc/procedures";
import { deleteSecret } from "./commands/delete-secret";
import { setSecret } from "./commands/set-secret";
import { listSecrets } from "./queries";
import { DeleteSecretInput, ListSecretsInput, Secret, SetSecret, SetSecretInput } from "./schema";

const tags = ["secrets"];

export const secretsRouter = router({
  list: procedure
    .meta({
      openapi: {
        method: "GET",
        path: "/projects/{project_id}/secrets",
        tags,
        summary: "Names of a project's secrets; a value is never told",
      },
    })
    .input(ListSecretsInput)
    .output(pageOf(Secret))
    .query(({ ctx, input }) => listSecrets(ctx, input)),
  set: procedure
    .meta({
      openapi: {
        method: "PUT",
        path: "/projects/{project_id}/secrets/{name}",
        tags,
        summary: "Set a secret, which steps get that name it",
      },
    })
    .input(SetSecretInput)
    .output(SetSecret)
    .mutation(({ ctx, input }) => setSecret(ctx, input)),
  delete: procedure
    .meta({
      openapi: {
        method: "DELETE",
        path: "/projects/{project_id}/secrets/{name}",
        tags,
        summary: "Delete a secret",
      },
    })
    .input(DeleteSecretInput)
    .output(z.object({ name: z.string() }))
    .mutation(({ ctx, input }) => deleteSecret(ctx, input)),
});
