import pino from "pino";

/**
 * The log of this process: JSON lines on stderr, so stdout stays free for what a command prints.
 * `PHASEBOARD_LOG_LEVEL` is pino's level (default `info`).
 */
export const logger = pino(
  { base: { pid: process.pid }, level: process.env.PHASEBOARD_LOG_LEVEL ?? "info" },
  pino.destination(2),
);
