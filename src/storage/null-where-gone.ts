import { AppError, codeOf } from "../lib/errors";

/** Why a stored file may be missing, for messages. */
export const WHY_GONE = "It may have been removed by hand, or by git clean -x.";

/** Why a file is missing that nobody will find: `what` was removed by retention. */
export function removedBy(what: string, at: string): AppError {
  return new AppError(
    "NOT_FOUND",
    `${what} was removed on ${at.slice(0, 10)} by the project's retention. Pin a run to keep its files.`,
  );
}

/** For `catch` on a storage call: null where the project's folder is gone. Throws any other error. */
export function nullWhereGone(error: unknown): null {
  if (["ENOENT", "ENOTDIR"].includes(codeOf(error) ?? "")) return null;
  throw error;
}
