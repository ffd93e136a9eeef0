import { z } from "zod";
import { Id } from "../../lib/ids";
import { inputOf } from "../../lib/input";

export const ApiToken = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string(),
    expires_at: z.string().nullable(),
    last_used_at: z.string().nullable(),
    revoked_at: z.string().nullable(),
    created_at: z.string(),
  })
  .meta({ id: "ApiToken" });
export type ApiToken = z.infer<typeof ApiToken>;

export const CreateTokenInput = inputOf({
  name: z.string().trim().min(1, "must not be empty").max(100),
  expires_at: z.iso.datetime({ offset: true }).describe("Null or absent: it does not expire.").nullish(),
});
export type CreateTokenInput = z.infer<typeof CreateTokenInput>;

/** Only this answer contains `token`. */
export const CreatedToken = ApiToken.extend({ token: z.string() }).meta({ id: "CreatedToken" });
export const TokenInput = inputOf({ id: Id });
