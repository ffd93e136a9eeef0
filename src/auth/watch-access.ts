import { type SQL, sql } from "drizzle-orm";
import type { ReadDb } from "../db/client";
import { tooMany } from "../lib/errors";
import { logger } from "../lib/logger";
import { perDatabase } from "../lib/per-process";
import type { Caller } from "./scope";
import { isAlive } from "./sessions";

/** How often rights are looked at, so that a stream ends within 3 s after its reader lost the right to it. */
const CHECK_MS = 1_500;
/** Milliseconds after which a person with too many streams may retry. */
const BUSY_MS = 5_000;

/** The project that a stream tells of; or all that its reader had as it began, as `ownProjects` has them. */
type Watch = string | { all: string[] };

interface Watched {
  caller: Caller;
  of: Watch;
  refuse: () => void;
}

/** Open streams of one person in this process; each signed-in browser tab uses one or two. */
export const MAX_STREAMS = 256;

interface Guard {
  /** Open streams by person. */
  counts: Map<string, number>;
  streams: Set<Watched>;
  timer: NodeJS.Timeout;
  checking: boolean;
}

/** The ids of all projects of the caller, in one order. */
export async function ownProjects({ db, actor }: Caller): Promise<string[]> {
  const of = actor.type === "token" ? actor.project_id : null;
  const { rows } = await db.execute<{ ids: string[] }>(
    sql`select ${projectsOf(sql`${actor.user_id}`, sql`${of}::text`)} as ids`,
  );
  return rows[0]?.ids ?? [];
}

const projectsOf = (user_id: SQL, only: SQL) => sql`(
  select coalesce(jsonb_agg(project_id order by project_id), '[]') from project_roles
  where user_id = ${user_id} and role is not null and (${only} is null or project_id = ${only}))`;

/**
 * Checks, while a stream is open, that its caller is still an enabled member with a valid session or token, and for a
 * stream of all projects that these are still the same; calls `refuse` if not. One query for all streams of the process. Returns a function that stops it. Throws
 * TOO_MANY_REQUESTS above 256 streams.
 */
export function watchAccess(caller: Caller, of: Watch, refuse: () => void): () => void {
  const { db } = caller;
  const guard = perDatabase("stream guards", db, () => {
    const made: Guard = {
      streams: new Set(),
      counts: new Map(),
      checking: false,
      timer: setInterval(() => void check(db, made), CHECK_MS).unref(),
    };
    return made;
  });
  const watched = { caller, of, refuse };
  const { streams, counts } = guard;
  const { user_id } = caller.actor;
  const open = counts.get(user_id) ?? 0;
  if (open >= MAX_STREAMS) {
    throw tooMany(`You follow ${MAX_STREAMS} streams already. Close some of them.`, BUSY_MS);
  }
  counts.set(user_id, open + 1);
  streams.add(watched);
  return () => {
    if (!streams.delete(watched)) return;
    const left = (counts.get(user_id) ?? 1) - 1;
    if (left > 0) counts.set(user_id, left);
    else counts.delete(user_id);
  };
}

/**
 * What `follow` gives until `signal` is aborted or the caller loses the right to read the project. Throws as
 * `watchAccess` before the first piece, so that too many streams are an ordinary error response.
 */
export function whileAllowed<T>(
  caller: Caller,
  project_id: string,
  signal: AbortSignal,
  follow: (stop: AbortSignal) => AsyncGenerator<T, void>,
): AsyncGenerator<T, void> {
  const refused = new AbortController();
  const endWatch = watchAccess(caller, project_id, () => refused.abort());
  signal.addEventListener("abort", endWatch, { once: true });
  if (signal.aborted) endWatch();
  return withEnd(follow(AbortSignal.any([signal, refused.signal])), endWatch);
}

async function* withEnd<T>(pieces: AsyncGenerator<T, void>, end: () => void): AsyncGenerator<T, void> {
  try {
    yield* pieces;
  } finally {
    end();
  }
}

async function check(db: ReadDb, guard: Guard): Promise<void> {
  if (guard.streams.size === 0 || guard.checking) return;
  guard.checking = true;
  try {
    const streams = [...guard.streams];
    const asked = streams.map(({ caller: { actor }, of }) => ({
      project_id: typeof of === "string" ? of : null,
      all: typeof of === "string" ? null : of.all,
      only: actor.type === "token" ? actor.project_id : null,
      user_id: actor.user_id,
      session_id: actor.type === "user" ? actor.session_id : null,
      token_id: actor.type === "token" ? actor.token_id : null,
    }));
    const { rows: allowed } = await db.execute<{ place: number }>(sql`
      select a.ordinality::int - 1 as place
      from jsonb_array_elements(${JSON.stringify(asked)}::jsonb) with ordinality a
      join users u on u.id = a.value ->> 'user_id' and u.disabled_at is null
      where case when a.value ->> 'project_id' is null
          then ${projectsOf(sql`u.id`, sql`(a.value ->> 'only')`)} = a.value -> 'all'
          else (select role from project_roles where project_id = a.value ->> 'project_id' and user_id = u.id) is not null
        end
        and case when a.value ->> 'token_id' is null
          then exists (select 1 from sessions where id = a.value ->> 'session_id' and ${isAlive})
          else exists (select 1 from api_tokens where id = a.value ->> 'token_id' and revoked_at is null
            and (expires_at is null or expires_at > now()))
        end`);
    const places = new Set(allowed.map((row) => row.place));
    streams.forEach((stream, place) => {
      if (!places.has(place)) stream.refuse();
    });
  } catch (error) {
    logger.debug({ err: error }, "rights of open streams could not be checked; the next round tries again");
  } finally {
    guard.checking = false;
  }
}
