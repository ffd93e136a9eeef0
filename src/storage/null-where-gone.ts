/** Why a stored file may be missing, for messages. */
export const WHY_GONE = "It may have been removed by hand, or by git clean -x.";

/** For `catch` on a storage call: null where the project's folder is gone. Throws any other error. */
export function nullWhereGone(error: unknown): null {
  if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) {
    return null;
  }
  throw error;
}
