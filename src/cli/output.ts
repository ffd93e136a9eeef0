import { DrizzleQueryError } from "drizzle-orm";
import { CONNECTION_LOST, faultCodes } from "../db/fault-codes";
import { AppError } from "../lib/errors";
import { SettingsError } from "../lib/settings";

/** Prints a line for people to stderr; stdout is reserved for a command's result. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

const UNREACHABLE = ["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "EAI_AGAIN", "ETIMEDOUT", CONNECTION_LOST];

/** Text for an error that stopped a command: one line if it was expected, else the stack trace. */
export function explain(error: unknown): string {
  if (error instanceof AppError || error instanceof SettingsError) return error.message;
  // Drizzle's error has the statement; its cause has the message of the server or the system.
  const said = error instanceof DrizzleQueryError ? error.cause : error;
  const text = said instanceof Error ? said.message : String(said);
  const [code] = faultCodes(said);
  if (code !== undefined && UNREACHABLE.includes(code)) {
    return `The database that DATABASE_URL names does not answer (${code}). Start it, or mend DATABASE_URL.`;
  }
  if (code === "28P01" || code === "28000" || code === "3D000") {
    return `The database refused what DATABASE_URL says: ${text}. Mend DATABASE_URL.`;
  }
  return error instanceof Error && error.stack ? error.stack : text;
}
