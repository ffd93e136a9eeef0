import { z } from "zod";
import { Id } from "../../lib/ids";
import { inputOf } from "../../lib/input";
import { PageInput } from "../../lib/page";
import { TOKEN_SCOPES } from "../../model/roles";

export const ApiToken = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string(),
    scopes: z
      .array(z.enum(TOKEN_SCOPES))
      .describe(
        "`read` acts as a viewer, `run` as a member, `write` as its person. Each includes those before it.",
      ),
    project_id: z.string().nullable().describe("The one project that it sees; null: all of its person's."),
    project_name: z.string().nullable(),
    expires_at: z.string().nullable(),
    last_used_at: z.string().nullable(),
    revoked_at: z.string().nullable(),
    created_at: z.string(),
  })
  .meta({ id: "ApiToken" });
export type ApiToken = z.infer<typeof ApiToken>;

const NEW_TOKEN = {
  name: z.string().trim().min(1, "must not be empty").max(100),
  scopes: z
    .array(z.enum(TOKEN_SCOPES))
    .min(1, "must have at least one scope")
    .max(TOKEN_SCOPES.length)
    .describe("Each includes those before it: `read`, `run`, `write`.")
    .default(["write"]),
  expires_at: z.iso
    .datetime({ offset: true })
    .describe(
      "Absent: in 90 days, or earlier where administrators say so. Null: it does not end, unless they ask for an end.",
    )
    .nullish(),
};

export const CreateTokenInput = inputOf({
  ...NEW_TOKEN,
  project_id: Id.describe(
    "The one project that it is to see. Null or absent: all of its person's.",
  ).nullish(),
});
export type CreateTokenInput = z.infer<typeof CreateTokenInput>;

/** Only this answer contains `token`. */
export const CreatedToken = ApiToken.extend({ token: z.string() }).meta({ id: "CreatedToken" });
export type CreatedToken = z.infer<typeof CreatedToken>;
export const TokenInput = inputOf({ id: Id });

export const CreateMachineTokenInput = inputOf({ project_id: Id, ...NEW_TOKEN });
export type CreateMachineTokenInput = z.infer<typeof CreateMachineTokenInput>;
export const ListMachineTokensInput = PageInput.extend({ project_id: Id });
export const MachineTokenInput = inputOf({ project_id: Id, id: Id });
