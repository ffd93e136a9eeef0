import { sql } from "drizzle-orm";
import type { Db } from "../../db/client";
import type { LogFileType } from "../../engine/logs/log-files";
import { retry } from "../../lib/retry";
import { isUnavailable } from "../presence/reach";

const READ_CHUNKS = 16;

/** Tries of one read while the database is away: some minutes. */
const MAX_TRIES = 100;

/** The bytes of a live log in order, in pieces. */
export async function* readChunks(
  db: Pick<Db, "execute">,
  attempt_id: string,
  type: LogFileType,
): AsyncGenerator<Buffer, void, undefined> {
  for (let offset = 0; ; ) {
    const read = () =>
      db.execute<{ bytes: Buffer }>(sql`
        select bytes from workflow_log_chunks
        where attempt_id = ${attempt_id} and type = ${type} and "offset" >= ${offset}::bigint
        order by "offset" limit ${READ_CHUNKS}`);
    const { rows } = await retry(async () => read(), {
      isWorthwhile: (error, tries) => isUnavailable(error) && tries <= MAX_TRIES,
    });
    for (const { bytes } of rows) {
      offset += bytes.byteLength;
      yield bytes;
    }
    if (rows.length < READ_CHUNKS) return;
  }
}
