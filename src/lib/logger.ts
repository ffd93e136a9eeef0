import pino, { type LoggerOptions } from "pino";
import { safeError } from "./safe-error";

/** How anything is logged: an error without the values that a statement was given. */
export const LOG_OPTIONS: LoggerOptions = {
  base: { pid: process.pid },
  level: process.env.PHASEBOARD_LOG_LEVEL ?? "info",
  serializers: { err: (error) => safeError(error) },
};

/**
 * The log of this process: JSON lines on stderr, so stdout stays free for what a command prints.
 * `PHASEBOARD_LOG_LEVEL` is pino's level (default `info`).
 */
export const logger = pino(LOG_OPTIONS, pino.destination(2));
