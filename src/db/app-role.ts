import { createHmac } from "node:crypto";
import postgres from "postgres";

/** The role as which web and workers use the embedded database: it reads and writes rows, and is no superuser. */
const APP_ROLE = "phaseboard_app";
const SCHEMAS = ["public", "drizzle", "graphile_worker"];

/** The address for web and workers, from the superuser's. The one password follows from the other, not back. */
export function appUrlOf(url: string): string {
  const address = new URL(url);
  const own = createHmac("sha256", decodeURIComponent(address.password)).update(APP_ROLE);
  address.username = APP_ROLE;
  address.password = own.digest("base64url");
  return address.href;
}

/**
 * Makes the role, and lets it read and write the rows of every table that is there and that later migrations
 * make. The queue's tables tell rows by policies, which its owner alone is free of, hence BYPASSRLS.
 */
export async function grantToAppRole(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  const role = sql(APP_ROLE);
  try {
    await sql.begin(async (tx) => {
      const [found] = await tx`select from pg_roles where rolname = ${APP_ROLE}`;
      if (!found) await tx`create role ${role}`;
      const { password } = new URL(appUrlOf(url));
      await tx.unsafe(
        `alter role ${APP_ROLE} login nosuperuser nocreatedb nocreaterole noreplication bypassrls password '${password}'`,
      );
      for (const name of SCHEMAS) {
        const schema = tx(name);
        await tx`grant usage on schema ${schema} to ${role}`;
        await tx`grant select, insert, update, delete on all tables in schema ${schema} to ${role}`;
        await tx`grant usage, select, update on all sequences in schema ${schema} to ${role}`;
        await tx`grant execute on all functions in schema ${schema} to ${role}`;
        await tx`alter default privileges in schema ${schema} grant select, insert, update, delete on tables to ${role}`;
        await tx`alter default privileges in schema ${schema} grant usage, select, update on sequences to ${role}`;
      }
    });
  } finally {
    await sql.end({ timeout: 5 });
  }
}
