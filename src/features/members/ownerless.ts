import { asc, sql } from "drizzle-orm";
import { authorizeAdministrator, type Caller } from "../../auth/scope";
import { textBytes } from "../../db/bounded";
import { isOneOf, readPage } from "../../db/read-page";
import { projects } from "../../db/schema/projects";
import type { Page, PageInput } from "../../lib/page";
import type { OwnerlessProject } from "./schema";

/** Estimated bytes of a project in JSON, apart from its name. */
const REST_BYTES = 200;

/** Whether no owner of the project can act: all are disabled, or gone from the groups that were. */
const isOwnerless = sql<boolean>`not exists (
  select from project_roles r join users u on u.id = r.user_id and u.disabled_at is null
  where r.project_id = ${projects.id} and r.role = 'owner')`;

/** A page of the projects without an owner that can act, by name; for administrators. Two queries. */
export async function listOwnerless(caller: Caller, page: PageInput): Promise<Page<OwnerlessProject>> {
  authorizeAdministrator(caller);
  const { ids, next_cursor } = await readPage(
    caller.db,
    {
      from: sql`${projects}`,
      where: isOwnerless,
      id: projects.id,
      keys: [{ value: sql`lower(${projects.name})`, kind: "text" }],
      bytes: sql`${textBytes(projects.name)} + ${sql.raw(String(REST_BYTES))}`,
    },
    page,
  );
  const items = await caller.db
    .select({ id: projects.id, name: projects.name, slug: projects.slug, created_at: projects.created_at })
    .from(projects)
    .where(isOneOf(projects.id, ids))
    .orderBy(asc(sql`lower(${projects.name})`), asc(projects.id));
  return { items, next_cursor };
}
