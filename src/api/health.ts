import { sql } from "drizzle-orm";
import packageJson from "../../package.json";
import { isSchemaCurrent } from "../db/migrate";
import { workers } from "../db/schema/runs";
import { logger } from "../lib/logger";
import { web } from "../trpc/web";

/** `GET /api/health`: 200 only when the database answers and its schema is current. */
export async function handleHealth(): Promise<Response> {
  const { version } = packageJson;
  try {
    const { db } = web();
    const current = await isSchemaCurrent(db);
    const [row] = await db.select({ count: sql<number>`count(*)::int` }).from(workers);
    const body = {
      status: current ? "ok" : "degraded",
      database: current ? "ok" : "schema is not current",
      workers: row?.count ?? 0,
      version,
    };
    return Response.json(body, { status: current ? 200 : 503 });
  } catch (error) {
    logger.warn({ err: error }, "health: the database does not answer");
    return Response.json(
      { status: "degraded", database: "does not answer", workers: 0, version },
      { status: 503 },
    );
  }
}
