/** Lines of a file's diff above which it is not in a list, only by its path. */
export const LISTED_LINES = 2_000;
/** Lines, and bytes, above which a file's diff is not given by its path either, only in the patch. */
export const MOST_LINES = 200_000;
export const MOST_BYTES = 24 * 1024 * 1024;
/** Bytes of the hunks that a page of files has; a page goes on until it has one file at least. */
export const HUNK_BYTES = 768 * 1024;
