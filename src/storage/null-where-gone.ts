import { codeOf } from "../lib/errors";

/** Why a stored file may be missing, for messages. */
export const WHY_GONE = "It may have been removed by hand, or by git clean -x.";

/** For `catch` on a storage call: null where the project's folder is gone. Throws any other error. */
export function nullWhereGone(error: unknown): null {
  if (["ENOENT", "ENOTDIR"].includes(codeOf(error) ?? "")) return null;
  throw error;
}
