import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { inArray, sql } from "drizzle-orm";
import type { Db } from "../db/client";
import { rateLimits } from "../db/schema/users";
import { tooMany } from "../lib/errors";
import { inTurn } from "./password";

/** Failures are forgotten this long after the last one. */
const WINDOW_SECONDS = 15 * 60;

interface Rule {
  /** Failures without a delay, since people mistype. */
  free: number;
  /** Each further attempt waits one second, then two, four and so on, up to this many. */
  mostSeconds: number;
}

/** Limits for one person from one address, and for one address. */
const RULES = {
  pair: { free: 5, mostSeconds: 30 },
  address: { free: 30, mostSeconds: 10 },
} satisfies Record<string, Rule>;

/**
 * One person's attempts from all addresses are never refused, since anybody could lock them out that way;
 * after this many failures each attempt just takes longer.
 */
const PERSON_FREE = 15;
const PERSON_HOLD_MS = 2_000;

export interface SignInTry {
  email: string;
  /** The client's address, as the web server determined it. */
  address: string;
}

type Kind = keyof typeof RULES | "person";

/**
 * Wraps every password check: `check` returns null for a wrong one. Only failures count, across processes, by
 * person and by address. After many, attempts must wait, but nobody is locked out. Throws TOO_MANY_REQUESTS
 * with the time to wait.
 */
export async function throttled<T>(
  db: Db,
  who: SignInTry,
  check: () => Promise<T | null>,
): Promise<T | null> {
  const keys = keysOf(who);
  const failures = await refuseTooSoon(db, keys);
  if (failures.person >= PERSON_FREE) await sleep(PERSON_HOLD_MS);
  return inTurn(async () => {
    // Attempts ahead in the queue may have failed meanwhile, so check again.
    await refuseTooSoon(db, keys);
    const found = await check();
    if (found === null) await noteFailure(db, keys);
    else await forget(db, [keys.pair, keys.person]);
    return found;
  });
}

function keysOf({ email, address }: SignInTry): Record<Kind, string> {
  const person = email.trim().toLowerCase();
  const key = (kind: Kind, of: string) =>
    `password:${kind}:${createHash("sha256").update(of).digest("base64url")}`;
  return {
    pair: key("pair", JSON.stringify([person, address])),
    address: key("address", address),
    person: key("person", person),
  };
}

/** The failures of each key. Throws if one of the keys has to wait. */
async function refuseTooSoon(db: Db, keys: Record<Kind, string>): Promise<Record<Kind, number>> {
  const { rows } = await db.execute<{ key: string; points: number; ago_ms: number }>(sql`
    select key, points,
           extract(epoch from now() - expire + make_interval(secs => ${WINDOW_SECONDS}))::float8 * 1000 as ago_ms
    from rate_limits where key in (${keys.pair}, ${keys.address}, ${keys.person}) and expire > now()`);
  const rowOf = (kind: Kind) => rows.find(({ key }) => key === keys[kind]);
  const waits = Object.entries(RULES).map(([kind, rule]) => {
    const row = rowOf(kind as keyof typeof RULES);
    return row ? delayMs(row.points, rule) - row.ago_ms : 0;
  });
  const wait = Math.max(...waits);
  if (wait > 0) throw tooMany("Too many tries that failed.", wait);
  const count = (kind: Kind) => rowOf(kind)?.points ?? 0;
  return { pair: count("pair"), address: count("address"), person: count("person") };
}

/** How long the next attempt must wait after this many failures, in milliseconds. */
export function delayMs(failures: number, { free, mostSeconds }: Rule): number {
  if (failures < free) return 0;
  return Math.min(2 ** (failures - free), mostSeconds) * 1000;
}

async function noteFailure(db: Db, keys: Record<Kind, string>): Promise<void> {
  await db.execute(sql`
    insert into rate_limits (key, points, expire)
    select key, 1, now() + make_interval(secs => ${WINDOW_SECONDS})
    from unnest(array[${keys.pair}, ${keys.address}, ${keys.person}]::text[]) key
    on conflict (key) do update set
      points = case when rate_limits.expire > now() then rate_limits.points else 0 end + 1,
      expire = excluded.expire`);
  await db.execute(sql`delete from rate_limits where key like 'password:%' and expire < now()`);
}

async function forget(db: Db, keys: string[]): Promise<void> {
  await db.delete(rateLimits).where(inArray(rateLimits.key, keys));
}
