import { AppError } from "../lib/errors";
import { SettingsError } from "../lib/settings";

/** A line for people; stdout is left to what a command was asked for. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Text for an error that stopped a command: one line where it was foreseen, its trace where it was not. */
export function explain(error: unknown): string {
  if (error instanceof AppError || error instanceof SettingsError) return error.message;
  const text = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (isUnreachable(code)) {
    return `The database that DATABASE_URL names does not answer (${String(code)}). Start it, or mend DATABASE_URL.`;
  }
  if (code === "28P01" || code === "28000" || code === "3D000") {
    return `The database refused what DATABASE_URL says: ${text}. Mend DATABASE_URL.`;
  }
  return error instanceof Error && error.stack ? error.stack : text;
}

function isUnreachable(code: unknown): boolean {
  const codes = ["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "EAI_AGAIN", "ETIMEDOUT", "CONNECT_TIMEOUT"];
  return codes.includes(String(code));
}
