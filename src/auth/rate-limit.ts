import { RateLimiterDrizzle, RateLimiterRes } from "rate-limiter-flexible";
import type { Db } from "../db/client";
import { rateLimits } from "../db/schema/users";
import { AppError } from "../lib/errors";

const WINDOW_SECONDS = 15 * 60;
const TRIES_PER_ACCOUNT = 10;
const TRIES_PER_ADDRESS = 60;

const limiters = new WeakMap<Db, { account: RateLimiterDrizzle; address: RateLimiterDrizzle }>();

function limitersOf(db: Db) {
  let found = limiters.get(db);
  if (!found) {
    const options = { storeClient: db, schema: rateLimits, duration: WINDOW_SECONDS };
    found = {
      account: new RateLimiterDrizzle({ ...options, keyPrefix: "account", points: TRIES_PER_ACCOUNT }),
      address: new RateLimiterDrizzle({ ...options, keyPrefix: "address", points: TRIES_PER_ADDRESS }),
    };
    limiters.set(db, found);
  }
  return found;
}

async function consume(limiter: RateLimiterDrizzle, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    const minutes = Math.max(1, Math.ceil(refusal.msBeforeNext / 60_000));
    throw new AppError(
      "TOO_MANY_REQUESTS",
      `Too many tries. Wait ${minutes} ${minutes === 1 ? "minute" : "minutes"}, then try again.`,
    );
  }
}

/**
 * Counts a try to sign in, per account and per address, over all processes. Throws TOO_MANY_REQUESTS that
 * says how long to wait.
 */
export async function countTry(db: Db, email: string, address: string): Promise<void> {
  const { account, address: addresses } = limitersOf(db);
  await consume(addresses, address);
  await consume(account, email.trim().toLowerCase());
}

/** After a success: the account's earlier tries count no more. */
export async function forgetTries(db: Db, email: string): Promise<void> {
  await limitersOf(db).account.delete(email.trim().toLowerCase());
}
