import pino, { type LoggerOptions } from "pino";
import { safeError } from "./safe-error";

/** Options of all loggers: errors are logged without the parameters of statements. */
export const LOG_OPTIONS: LoggerOptions = {
  base: { pid: process.pid },
  level: process.env.PHASEBOARD_LOG_LEVEL ?? "info",
  serializers: { err: (error) => safeError(error) },
};

/**
 * The log of this process: JSON lines on stderr, since stdout is for output of commands. `PHASEBOARD_LOG_LEVEL` is
 * pino's level (default `info`).
 */
export const logger = pino(LOG_OPTIONS, pino.destination(2));
