import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { tooMany } from "../lib/errors";

/** The rate of a person's writes: this many a minute, plus an occasional burst. */
const PER_MINUTE = 600;
const BURST = 3_000;
const BURST_SECONDS = 10 * 60;

const steady = new RateLimiterMemory({ points: PER_MINUTE, duration: 60 });
const burst = new RateLimiterMemory({ points: BURST, duration: BURST_SECONDS });

/**
 * Counts a person's write, by session and token together, in this process. Throws TOO_MANY_REQUESTS with the time to
 * wait.
 */
export async function countWrite(user_id: string): Promise<void> {
  const refusal = await refusalOf(steady, user_id);
  if (!refusal || !(await refusalOf(burst, user_id))) return;
  throw tooMany(`You may write ${PER_MINUTE} times a minute.`, refusal.msBeforeNext);
}

async function refusalOf(limiter: RateLimiterMemory, key: string): Promise<RateLimiterRes | null> {
  try {
    await limiter.consume(key);
    return null;
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return refusal;
    throw refusal;
  }
}
