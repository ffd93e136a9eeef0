import { Logger } from "graphile-worker";
import { logger } from "../lib/logger";

const LEVELS = { error: "warn", warning: "warn", info: "debug", debug: "trace" } as const;

/**
 * Writes graphile-worker's log into ours, one level lower: failed jobs and lost connections are retried, so they are no
 * errors, and completed jobs are no news.
 */
export const graphileLogger = new Logger((scope) => (level, message, meta) => {
  const error = meta && "error" in meta ? meta.error : undefined;
  logger[LEVELS[level]]({ queue: scope.label, ...(error === undefined ? {} : { err: error }) }, message);
});
