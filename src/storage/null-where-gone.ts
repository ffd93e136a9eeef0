/** Why a file that was kept may not be there any more, for messages. */
export const WHY_GONE = "It may have been removed by hand, or by git clean -x.";

/** For `catch` on a storage: null where the project's folder itself is gone. All else is thrown on. */
export function nullWhereGone(error: unknown): null {
  if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) {
    return null;
  }
  throw error;
}
