import { Logger } from "graphile-worker";
import { logger } from "../lib/logger";

const LEVELS = { error: "warn", warning: "warn", info: "debug", debug: "trace" } as const;

/**
 * graphile-worker's log in ours, one level down: a failed job and a lost connection are retried, so they are
 * no errors of ours, and every completed job is no news.
 */
export const graphileLogger = new Logger((scope) => (level, message, meta) => {
  const error = meta && "error" in meta ? meta.error : undefined;
  logger[LEVELS[level]]({ queue: scope.label, ...(error === undefined ? {} : { err: error }) }, message);
});
