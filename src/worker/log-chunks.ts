import { sql } from "drizzle-orm";
import type { Db } from "../db/client";
import type { LogFileType } from "../engine/logs/paths";

const READ_CHUNKS = 16;

/** The bytes of a live log in order, some at a time. */
export async function* readChunks(
  db: Pick<Db, "execute">,
  attempt_id: string,
  type: LogFileType,
): AsyncGenerator<Buffer, void, undefined> {
  for (let offset = 0; ; ) {
    const rows = await db.execute<{ bytes: Buffer }>(sql`
      select bytes from workflow_log_chunks
      where attempt_id = ${attempt_id} and type = ${type} and "offset" >= ${offset}::bigint
      order by "offset" limit ${READ_CHUNKS}`);
    for (const { bytes } of rows) {
      offset += bytes.byteLength;
      yield bytes;
    }
    if (rows.length < READ_CHUNKS) return;
  }
}
