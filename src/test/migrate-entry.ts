import { migrate } from "../db/migrate";
import { migrateQueue } from "../queue/migrate";

/** Brings the database up to date in a process of its own, for tests that kill it. */
await migrate(process.env.DATABASE_URL ?? "", { queue: migrateQueue });
