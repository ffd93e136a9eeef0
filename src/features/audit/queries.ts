import { and, eq, gte, inArray, lt, type SQL, sql } from "drizzle-orm";
import { authorizeAdministrator, authorizeProject, type Caller } from "../../auth/scope";
import type { ReadDb } from "../../db/client";
import { readPage } from "../../db/read-page";
import { auditLog } from "../../db/schema/audit";
import type { Page, PageInput } from "../../lib/page";
import { MAX_LIMIT } from "../../lib/page-size";
import { csvHead, csvRow } from "./csv";
import type { AuditEntry, AuditFilter, ExportAuditInput, ListAuditInput } from "./schema";

/** A page of the audit record, newest first: of a project for its owners, of everything for administrators. */
export async function listAudit(
  caller: Caller,
  { cursor, limit, ...filter }: ListAuditInput,
): Promise<Page<AuditEntry>> {
  await authorize(caller, filter.project_id);
  return readAudit(caller.db, filter, { cursor, limit });
}

/** All that `listAudit` would give, as texts of some rows each; null at the end. Throws before anything is sent. */
export async function exportAudit(
  caller: Caller,
  { format, ...filter }: ExportAuditInput,
): Promise<() => Promise<string | null>> {
  await authorize(caller, filter.project_id);
  const textOf = format === "csv" ? csvRow : (entry: AuditEntry) => `${JSON.stringify(entry)}\n`;
  let head = format === "csv" ? csvHead : "";
  let cursor: string | null | undefined;
  return async () => {
    if (cursor === null) return null;
    const page = await readAudit(caller.db, filter, { cursor, limit: MAX_LIMIT });
    cursor = page.next_cursor;
    const text = head + page.items.map(textOf).join("");
    head = "";
    return text;
  };
}

/** A project that is gone has no owner any more, so its rows are the administrators'. */
async function authorize(caller: Caller, project_id: string | undefined): Promise<void> {
  if (project_id === undefined || caller.actor.is_admin) authorizeAdministrator(caller);
  else await authorizeProject(caller, project_id, "audit:read");
}

async function readAudit(
  db: ReadDb,
  filter: AuditFilter,
  page: Pick<PageInput, "cursor" | "limit">,
): Promise<Page<AuditEntry>> {
  const { ids, next_cursor } = await readPage(
    db,
    {
      from: sql`${auditLog}`,
      where: matches(filter),
      id: auditLog.id,
      keys: [{ value: auditLog.created_at, kind: "time" }],
      descending: true,
      // Their texts are cut where they are long, so this reads no large values.
      bytes: sql`1000 + octet_length(coalesce(${auditLog.before}::text, '') || coalesce(${auditLog.after}::text, ''))`,
    },
    page,
  );
  const rows = ids.length === 0 ? [] : await db.select().from(auditLog).where(inArray(auditLog.id, ids));
  const byId = new Map(rows.map((row) => [row.id, row]));
  return { items: ids.flatMap((id) => byId.get(id) ?? []), next_cursor };
}

function matches({ project_id, actor_id, action, from, to }: AuditFilter): SQL | undefined {
  const { created_at } = auditLog;
  // In UTC: Postgres rejects offsets above 16 hours.
  const utc = (time: string) => new Date(time).toISOString();
  return and(
    project_id === undefined ? undefined : eq(auditLog.project_id, project_id),
    actor_id === undefined ? undefined : eq(auditLog.actor_id, actor_id),
    action === undefined
      ? undefined
      : action.includes(".")
        ? eq(auditLog.action, action)
        : sql`starts_with(${auditLog.action}, ${`${action}.`})`,
    from === undefined ? undefined : gte(created_at, utc(from)),
    to === undefined ? undefined : lt(created_at, utc(to)),
  );
}
