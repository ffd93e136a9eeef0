import { and, asc, eq, type SQL, sql } from "drizzle-orm";
import { authorizeAdministrator, type Caller } from "../../auth/scope";
import { textBytes } from "../../db/bounded";
import type { ReadDb } from "../../db/client";
import { isOneOf, readPage } from "../../db/read-page";
import { groupMembers, groups } from "../../db/schema/people";
import { users } from "../../db/schema/users";
import { AppError } from "../../lib/errors";
import type { Page, PageInput } from "../../lib/page";
import type { Group, GroupMember, ListGroupMembersInput } from "./schema";

/** Estimated bytes of a row in JSON, apart from its texts. */
const REST_BYTES = 250;

/** With its table, which Drizzle leaves out of a select from one table: a subquery would read its own id. */
const ITS_ID = sql.raw('"groups"."id"');

const readGroups = (db: ReadDb, where: SQL): Promise<Group[]> =>
  db
    .select({
      id: groups.id,
      name: groups.name,
      claim: groups.claim,
      members_count: sql<number>`(
        select count(*)::int from group_members m join users u on u.id = m.user_id and u.disabled_at is null
        where m.group_id = ${ITS_ID})`,
      projects_count: sql<number>`(select count(*)::int from project_groups p where p.group_id = ${ITS_ID})`,
      created_at: groups.created_at,
    })
    .from(groups)
    .where(where)
    .orderBy(asc(sql`lower(${groups.name})`), asc(groups.id));

/** A page of all groups by name, for everybody with an account: owners give them roles. Two queries. */
export async function listGroups({ db }: Caller, page: PageInput): Promise<Page<Group>> {
  const { ids, next_cursor } = await readPage(
    db,
    {
      from: sql`${groups}`,
      where: undefined,
      id: groups.id,
      keys: [{ value: sql`lower(${groups.name})`, kind: "text" }],
      bytes: sql`${textBytes(groups.name)} + ${sql.raw(String(REST_BYTES))}`,
    },
    page,
  );
  return { items: await readGroups(db, isOneOf(groups.id, ids)), next_cursor };
}

/** Throws NOT_FOUND. */
export async function getGroup(db: ReadDb, id: string): Promise<Group> {
  const [group] = await readGroups(db, eq(groups.id, id));
  if (!group) throw new AppError("NOT_FOUND", "There is no such group.");
  return group;
}

const readMembers = (db: ReadDb, where: SQL | undefined): Promise<GroupMember[]> =>
  db
    .select({
      user_id: users.id,
      name: users.name,
      email: users.email,
      disabled: sql<boolean>`${users.disabled_at} is not null`,
      created_at: groupMembers.created_at,
    })
    .from(groupMembers)
    .innerJoin(users, eq(users.id, groupMembers.user_id))
    .where(where)
    .orderBy(asc(sql`lower(${users.name})`), asc(users.id));

/** A page of the group's members by name; for administrators. Throws NOT_FOUND. */
export async function listGroupMembers(
  caller: Caller,
  { id, ...page }: ListGroupMembersInput,
): Promise<Page<GroupMember>> {
  authorizeAdministrator(caller);
  await getGroup(caller.db, id);
  const ofGroup = eq(groupMembers.group_id, id);
  const { ids, next_cursor } = await readPage(
    caller.db,
    {
      from: sql`${groupMembers} join ${users} on ${users.id} = ${groupMembers.user_id}`,
      where: ofGroup,
      id: users.id,
      keys: [{ value: sql`lower(${users.name})`, kind: "text" }],
      bytes: sql`${textBytes(users.name)} + ${textBytes(users.email)} + ${sql.raw(String(REST_BYTES))}`,
    },
    page,
  );
  return { items: await readMembers(caller.db, and(ofGroup, isOneOf(users.id, ids))), next_cursor };
}

export async function findGroupMember(
  db: ReadDb,
  group_id: string,
  user_id: string,
): Promise<GroupMember | null> {
  const theirs = and(eq(groupMembers.group_id, group_id), eq(groupMembers.user_id, user_id));
  return (await readMembers(db, theirs))[0] ?? null;
}
