/** Bytes that a step may write to its log, unless its project says so. Past them the middle is dropped. */
export const LOG_BYTES = 16 * 1024 * 1024;
export const LEAST_LOG_BYTES = 1024 * 1024;
export const MOST_LOG_BYTES = 1024 * 1024 * 1024;
