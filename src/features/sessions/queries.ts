import { and, desc, eq, sql } from "drizzle-orm";
import type { Caller } from "../../auth/scope";
import { isAlive } from "../../auth/sessions";
import { textBytes } from "../../db/bounded";
import { isOneOf, readPage } from "../../db/read-page";
import { sessions } from "../../db/schema/sessions";
import type { Page, PageInput } from "../../lib/page";
import { requireSession } from "../users/commands/require-session";
import type { Session } from "./schema";

/** Estimated bytes of a session in JSON, apart from its device. */
const REST_BYTES = 300;

/** A page of the caller's sessions, the newest sign-in first. Two queries. Throws FORBIDDEN for a token. */
export async function listSessions({ db, actor }: Caller, page: PageInput): Promise<Page<Session>> {
  const { session_id } = requireSession(actor);
  const { ids, next_cursor } = await readPage(
    db,
    {
      from: sql`${sessions}`,
      where: and(eq(sessions.user_id, actor.user_id), isAlive),
      id: sessions.id,
      keys: [{ value: sessions.created_at, kind: "time" }],
      descending: true,
      bytes: sql`${textBytes(sessions.device)} + ${sql.raw(String(REST_BYTES))}`,
    },
    page,
  );
  const rows = await db
    .select({
      id: sessions.id,
      device: sessions.device,
      address: sessions.address,
      last_seen_at: sessions.last_seen_at,
      expires_at: sessions.expires_at,
      created_at: sessions.created_at,
    })
    .from(sessions)
    .where(isOneOf(sessions.id, ids))
    .orderBy(desc(sessions.created_at), desc(sessions.id));
  return { items: rows.map((row) => ({ ...row, current: row.id === session_id })), next_cursor };
}
