import { RateLimiterDrizzle, RateLimiterRes } from "rate-limiter-flexible";
import type { Db } from "../../db/client";
import { rateLimits } from "../../db/schema/users";
import { tooMany } from "../../lib/errors";

const WINDOW_SECONDS = 60;
const PER_WINDOW = 60;

const limiters = new WeakMap<Db, RateLimiterDrizzle>();

/** Counts a delivery under `key` in all processes; 60 a minute. Throws TOO_MANY_REQUESTS with the time to wait. */
export async function countDelivery(db: Db, key: string): Promise<void> {
  const options = { schema: rateLimits, duration: WINDOW_SECONDS, points: PER_WINDOW, keyPrefix: "webhook" };
  const limiter = limiters.get(db) ?? new RateLimiterDrizzle({ ...options, storeClient: db });
  limiters.set(db, limiter);
  try {
    await limiter.consume(key);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    throw tooMany(`A webhook takes ${PER_WINDOW} deliveries a minute.`, refusal.msBeforeNext);
  }
}
