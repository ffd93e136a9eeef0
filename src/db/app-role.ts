import { createHmac } from "node:crypto";
import { escapeIdentifier, escapeLiteral } from "pg";
import { withConnection } from "./with-connection";

/** The role of web and workers in the embedded database. It reads and writes rows, and is no superuser. */
const APP_ROLE = "phaseboard_app";
const SCHEMAS = ["public", "drizzle", "graphile_worker"];

/** The address for web and workers. Its password is derived from the superuser's, and does not reveal that. */
export function appUrlOf(url: string): string {
  const address = new URL(url);
  const own = createHmac("sha256", decodeURIComponent(address.password)).update(APP_ROLE);
  address.username = APP_ROLE;
  address.password = own.digest("base64url");
  return address.href;
}

/**
 * Creates the role and grants it the rows of all present and future tables. BYPASSRLS, since row policies on the
 * queue's tables would hide rows from everybody but their owner.
 */
export async function grantToAppRole(url: string): Promise<void> {
  const role = escapeIdentifier(APP_ROLE);
  const password = escapeLiteral(new URL(appUrlOf(url)).password);
  const grants = SCHEMAS.map(escapeIdentifier).map(
    (schema) => `
      grant usage on schema ${schema} to ${role};
      grant select, insert, update, delete on all tables in schema ${schema} to ${role};
      grant usage, select, update on all sequences in schema ${schema} to ${role};
      grant execute on all functions in schema ${schema} to ${role};
      alter default privileges in schema ${schema} grant select, insert, update, delete on tables to ${role};
      alter default privileges in schema ${schema} grant usage, select, update on sequences to ${role};`,
  );
  await withConnection(url, async (client) => {
    const { rowCount } = await client.query("select from pg_roles where rolname = $1", [APP_ROLE]);
    // Several statements in one text are one transaction.
    await client.query(`
      ${rowCount ? "" : `create role ${role};`}
      alter role ${role} login nosuperuser nocreatedb nocreaterole noreplication bypassrls password ${password};
      ${grants.join("")}`);
  });
}
