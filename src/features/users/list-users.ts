import { and, asc, eq, isNull, type SQL, sql } from "drizzle-orm";
import { authorizeAdministrator, type Caller } from "../../auth/scope";
import { textBytes } from "../../db/bounded";
import type { ReadDb } from "../../db/client";
import { isOneOf, readPage } from "../../db/read-page";
import { users } from "../../db/schema/users";
import { AppError } from "../../lib/errors";
import type { Page } from "../../lib/page";
import type { ListUsersInput, Person } from "./schema";

/** Estimated bytes of a person in JSON, apart from name and address. */
const REST_BYTES = 500;

/** With its table, which Drizzle leaves out of a select from one table: a subquery would read its own id. */
const THEIR_ID = sql.raw('"users"."id"');

const hasProvider = sql<boolean>`exists (select from identities i where i.user_id = ${THEIR_ID})`;

/** SQL: they have used their invitation, or have come in by the provider. */
export const hasComeIn = sql`(${users.password_hash} is not null or ${hasProvider})`;

const status = sql<Person["status"]>`case
  when ${users.nameless_at} is not null then 'nameless'
  when ${users.disabled_at} is not null then 'disabled'
  when not ${hasComeIn} then 'invited'
  else 'active' end`;

const COLUMNS = {
  id: users.id,
  email: users.email,
  name: users.name,
  is_admin: users.is_admin,
  status,
  has_password: sql<boolean>`${users.password_hash} is not null`,
  has_provider: hasProvider,
  groups: sql<string[]>`(
    select coalesce(json_agg(g.name order by lower(g.name)), '[]'::json)
    from group_members m join groups g on g.id = m.group_id where m.user_id = ${THEIR_ID})`,
  link_expires_at: sql<string | null>`(
    select max(l.expires_at) from account_links l
    where l.user_id = ${THEIR_ID} and l.used_at is null and l.expires_at > now())`.mapWith(users.created_at),
  last_sign_in_at: users.last_sign_in_at,
  created_at: users.created_at,
};

/** Whether name or e-mail hold the text. */
function holds(q: string): SQL {
  const pattern = `%${q.toLowerCase().replace(/[\\%_]/g, "\\$&")}%`;
  return sql`(lower(${users.name}) like ${pattern} or lower(${users.email}) like ${pattern})`;
}

/** Machine accounts of projects are nobody's. */
const isPerson = isNull(users.project_id);

const readPeople = (db: ReadDb, where: SQL): Promise<Person[]> =>
  db
    .select(COLUMNS)
    .from(users)
    .where(and(where, isPerson))
    .orderBy(asc(sql`lower(${users.name})`), asc(users.id));

/** A page of everybody with an account, by name; for administrators. Two queries. */
export async function listUsers(caller: Caller, input: ListUsersInput): Promise<Page<Person>> {
  authorizeAdministrator(caller);
  return listPeople(caller.db, input);
}

/** As `listUsers`, for the command line. */
export async function listPeople(
  db: ReadDb,
  { q, status: wanted, ...page }: ListUsersInput,
): Promise<Page<Person>> {
  const { ids, next_cursor } = await readPage(
    db,
    {
      from: sql`${users}`,
      where: and(isPerson, q ? holds(q) : undefined, wanted && sql`${status} = ${wanted}`),
      id: users.id,
      keys: [{ value: sql`lower(${users.name})`, kind: "text" }],
      bytes: sql`${textBytes(users.name)} + ${textBytes(users.email)} + ${sql.raw(String(REST_BYTES))}`,
    },
    page,
  );
  return { items: await readPeople(db, isOneOf(users.id, ids)), next_cursor };
}

/** Throws NOT_FOUND. */
export async function getPerson(db: ReadDb, id: string): Promise<Person> {
  const [person] = await readPeople(db, eq(users.id, id));
  if (!person) throw new AppError("NOT_FOUND", "There is no such person.");
  return person;
}
