import { type Caller, ownScope } from "../../../auth/scope";
import { createToken } from "../../../auth/tokens";
import { createOnce } from "../../../events/create-once";
import { audit } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import type { ApiToken, CreateTokenInput } from "../schema";

/** Creates a token of the caller's own. Only this result contains its text. */
export async function createOwnToken(
  caller: Caller,
  input: CreateTokenInput,
): Promise<ApiToken & { token: string }> {
  if (input.expires_at && Date.parse(input.expires_at) <= Date.now()) {
    throw new AppError("BAD_REQUEST", "The token would have expired already. Choose a time to come.", [
      { path: "expires_at", message: "must be in the future" },
    ]);
  }
  const { name } = input;
  // Convert to UTC: Postgres rejects offsets above 16 hours.
  const expires_at = input.expires_at ? new Date(input.expires_at).toISOString() : null;
  return createOnce(caller, ownScope(caller), "tokens.create", (commit) =>
    commit(async (tx) => {
      const { token, row } = await createToken(tx, { user_id: caller.actor.user_id, name, expires_at });
      audit(tx, { target: { type: "token", id: row.id, name }, after: { prefix: row.prefix, expires_at } });
      return { ...row, token };
    }),
  );
}
