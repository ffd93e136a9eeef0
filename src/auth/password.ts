import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { tooMany } from "../lib/errors";

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** OWASP's first recommendation for scrypt. It takes 128 MB of memory, so `maxmem` is raised. */
const COST = { N: 2 ** 17, r: 8, p: 1 };
const KEY_BYTES = 32;
const SALT_BYTES = 16;

/** How many may wait for their turn, and the approximate duration of a turn. */
const MAX_WAITING = 40;
const TURN_MS = 400;

let line: Promise<unknown> = Promise.resolve();
let waiting = 0;

/**
 * Runs `work`, which hashes a password, one call after another, since a hash occupies one of the four threads
 * that also read files. Throws TOO_MANY_REQUESTS if 40 are waiting. `work` must not call `inTurn` itself.
 */
export async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (waiting >= MAX_WAITING) throw tooMany("Many people sign in at this moment.", waiting * TURN_MS);
  waiting++;
  const turn = line.then(work);
  line = turn.catch(() => {});
  return turn.finally(() => {
    waiting--;
  });
}

/** Returns `scrypt$N$r$p$salt$key`, salt and key in base64. Waits for its turn. */
export function hashPassword(password: string): Promise<string> {
  return inTurn(async () => {
    const salt = randomBytes(SALT_BYTES);
    return textOf(salt, await derivedKey(password, salt, COST));
  });
}

function textOf(salt: Buffer, key: Buffer): string {
  return ["scrypt", COST.N, COST.r, COST.p, salt.toString("base64"), key.toString("base64")].join("$");
}

/** A hash that no password matches. To compare with it takes as long as the check of a real one. */
export const HASH_OF_NOBODY = textOf(Buffer.alloc(SALT_BYTES), Buffer.alloc(KEY_BYTES));

/**
 * Checks a password; false also for a hash in another format. Call it inside `inTurn`, as `throttled` does.
 */
export async function isPassword(password: string, hash: string): Promise<boolean> {
  const [scheme, N, r, p, salt, key] = hash.split("$");
  if (scheme !== "scrypt" || !salt || !key) return false;
  const expected = Buffer.from(key, "base64");
  const given = await derivedKey(password, Buffer.from(salt, "base64"), {
    N: Number(N),
    r: Number(r),
    p: Number(p),
  });
  return expected.length === given.length && timingSafeEqual(expected, given);
}

function derivedKey(password: string, salt: Buffer, cost: typeof COST): Promise<Buffer> {
  return derive(password.normalize("NFKC"), salt, KEY_BYTES, { ...cost, maxmem: 256 * cost.N * cost.r });
}
