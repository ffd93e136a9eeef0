import type { ReadDb } from "../../../db/client";
import { installation } from "../../../db/schema/installation";
import { AppError } from "../../../lib/errors";

const DAY_MS = 24 * 60 * 60 * 1000;
const DEFAULT_DAYS = 90;
/** Clocks of clients differ from ours by this much at most, where a token is to live as long as it may. */
const SLACK_MS = 10 * 60 * 1000;

/**
 * When a new token ends: as asked, or in 90 days where nothing is asked for; null: never. Throws BAD_REQUEST for a time
 * that has passed, or past the longest life that the administrators allow.
 */
export async function endOfToken(db: ReadDb, asked: string | null | undefined): Promise<string | null> {
  const [row] = await db.select({ token_days: installation.token_days }).from(installation);
  const longest = row?.token_days ?? null;
  if (asked === undefined) return inDays(Math.min(DEFAULT_DAYS, longest ?? DEFAULT_DAYS));
  if (asked !== null && Date.parse(asked) <= Date.now()) {
    throw wrongEnd("The token would have expired already. Choose a time to come.", "must be in the future");
  }
  const isTooLong = asked === null || Date.parse(asked) > Date.now() + (longest ?? 0) * DAY_MS + SLACK_MS;
  if (longest !== null && isTooLong) {
    throw wrongEnd(
      `The administrators let a token live for ${longest} days at most. Choose an earlier end.`,
      `must be within ${longest} days`,
    );
  }
  // Convert to UTC: Postgres rejects offsets above 16 hours.
  return asked === null ? null : new Date(asked).toISOString();
}

const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();

const wrongEnd = (text: string, message: string) =>
  new AppError("BAD_REQUEST", text, [{ path: "expires_at", message }]);
