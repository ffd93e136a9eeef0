import { sql } from "drizzle-orm";
import { escapeIdentifier } from "pg";
import { ArchiveError, shown } from "../../../archive/format";
import type { Tx } from "../../../db/client";
import { faultCodes } from "../../../db/fault-codes";
import { mentionOf } from "../../../lib/mention";
import { storedFolder } from "../../../lib/stored-folder";
import { canRunBecome, canStepBecome, RUN_STATUSES, STEP_STATUSES } from "../../../model/states";
import type { ImportedProject, ProjectHead } from "../schema";
import { LOOSE, MOVED, PATHS, PERSON_COLUMNS } from "../tables";
import type { ArchivedRows } from "./archived-rows";
import { mapPeople } from "./map-people";

interface Owner {
  slug: string;
  path: string;
  user_id: string;
}

type Inserted = Pick<ImportedProject, "people_found" | "people_kept_as_names" | "webhooks_to_sign">;

/** Where a table's rows are looked at before they are inserted. */
const aside = (table: string) => escapeIdentifier(`in_${table}`);

/**
 * Inserts an archive's rows. They come into temporary tables first, where all that they refer to must be: so no row
 * of an archive reaches one of another project. Throws `ArchiveError` for rows that do not fit.
 */
export async function insertRows(
  tx: Tx,
  head: ProjectHead,
  rows: ArchivedRows,
  owner: Owner,
): Promise<Inserted> {
  const run = (text: string) => tx.execute(sql.raw(text));
  try {
    for (const { name, without = [] } of MOVED) await loadAside(tx, name, without, rows);
    await checkReferences(tx, head);
    const people = await mapPeople(tx, head.people);
    await namePeople(tx);
    await nameInTexts(tx);
    await tx.execute(sql`
      update in_projects set slug = ${owner.slug}, path = ${storedFolder(owner.path)}, made_by_us = true,
        created_by = ${owner.user_id}`);
    // Who imports a project answers for what starts by itself in it.
    await tx.execute(sql`update in_workflow_triggers set on_behalf_of = ${owner.user_id} where enabled`);
    const { rows: unsigned } = await run(
      "select 1 from in_workflow_triggers where kind = 'webhook' and enabled",
    );
    await run("delete from in_project_members m using in_people p where p.id = m.user_id and not p.found");
    await tx.execute(sql`delete from in_project_members where user_id = ${owner.user_id}`);
    for (const { name } of MOVED) {
      if (isStateful(name)) await insertInStates(tx, name);
      else await insertFrom(tx, name, {});
    }
    await tx.execute(sql`
      insert into project_members (project_id, user_id, role) values (${head.project.id}, ${owner.user_id}, 'owner')`);
    return { ...people, webhooks_to_sign: unsigned.length };
  } catch (error) {
    throw refusalOf(error);
  }
}

async function loadAside(tx: Tx, table: string, without: string[], rows: ArchivedRows): Promise<void> {
  const types = await typesOf(tx, table);
  const columns = rows.columnsOf(table);
  for (const column of columns) {
    if (
      !types.has(column) ||
      without.includes(column) ||
      columns.indexOf(column) !== columns.lastIndexOf(column)
    )
      throw new ArchiveError(`The archive has a column that is unknown here: ${shown(`${table}.${column}`)}`);
  }
  await tx.execute(
    sql.raw(
      `create temporary table ${aside(table)} (like public.${table} including defaults) on commit drop`,
    ),
  );
  // What an archive does not have is set behind this, or by the table's own default.
  const { rows: needed } = await tx.execute<{ column: string }>(sql`
    select attname::text as column from pg_attribute
    where attrelid = ${`in_${table}`}::regclass and attnum > 0 and attnotnull`);
  for (const { column } of needed)
    await tx.execute(
      sql.raw(`alter table ${aside(table)} alter column ${escapeIdentifier(column)} drop not null`),
    );
  if (columns.length === 0) return;
  const names = columns.map(escapeIdentifier).join(", ");
  const values = columns.map((column, at) => `(r->>${at})::${types.get(column)}`).join(", ");
  for await (const batch of rows.read(table)) {
    await tx.execute(
      sql`${sql.raw(`insert into ${aside(table)} (${names}) select ${values} from json_array_elements(`)}${JSON.stringify(batch)}::json) r`,
    );
  }
}

/** The columns that can be written, with their types. */
async function typesOf(tx: Tx, table: string): Promise<Map<string, string>> {
  const { rows } = await tx.execute<{ column: string; type: string }>(sql`
    select attname::text as column, format_type(atttypid, atttypmod) as type from pg_attribute
    where attrelid = ${`public.${table}`}::regclass and attnum > 0 and not attisdropped and attgenerated = ''
      and attidentity = ''`);
  return new Map(rows.map(({ column, type }) => [column, type]));
}

/** Throws `ArchiveError` where a row refers to one that the archive does not have, or to a file elsewhere. */
async function checkReferences(tx: Tx, { project }: ProjectHead): Promise<void> {
  const { rows: projects } = await tx.execute<{ id: string; name: string }>(
    sql`select id, name from in_projects`,
  );
  if (projects.length !== 1 || projects[0]?.id !== project.id)
    throw new ArchiveError("The archive does not hold the one project that it names");
  const { rows: keys } = await tx.execute<{
    table: string;
    to: string;
    columns: string[];
    others: string[];
  }>(sql`
    select c.conrelid::regclass::text as table, c.confrelid::regclass::text as to,
      array(select attname::text from unnest(c.conkey) with ordinality k(n, o)
        join pg_attribute on attrelid = c.conrelid and attnum = n order by o) as columns,
      array(select attname::text from unnest(c.confkey) with ordinality k(n, o)
        join pg_attribute on attrelid = c.confrelid and attnum = n order by o) as others
    from pg_constraint c where c.contype = 'f' and c.connamespace = 'public'::regnamespace`);
  const isMoved = (name: string) => MOVED.some((table) => table.name === name);
  const loose = LOOSE.map(({ table, column, to }) => ({ table, to, columns: [column], others: ["id"] }));
  for (const { table, to, columns, others } of [...keys, ...loose]) {
    if (!isMoved(table) || !isMoved(to)) continue;
    const equal = columns.map(
      (column, at) => `o.${escapeIdentifier(others[at] ?? "")} = i.${escapeIdentifier(column)}`,
    );
    const given = columns.map((column) => `i.${escapeIdentifier(column)} is not null`);
    await refuseAny(
      tx,
      `${aside(table)} i where ${given.join(" and ")} and not exists (select from ${aside(to)} o where ${equal.join(" and ")})`,
      `The archive has a row of ${table} that refers to something outside of the archive`,
    );
  }
  for (const { table, column } of PATHS) {
    await refuseAny(
      tx,
      `${aside(table)} where ${column} ~ '(^|/)\\.{1,2}(/|$)|^/|[\\\\]|^$'`,
      `The archive has a row of ${table} whose file leads out of the project`,
    );
  }
}

async function refuseAny(tx: Tx, from: string, message: string): Promise<void> {
  const { rows } = await tx.execute(sql.raw(`select 1 from ${from} limit 1`));
  if (rows.length > 0) throw new ArchiveError(message);
}

/** Puts the people of this installation in the places of the archive's. */
async function namePeople(tx: Tx): Promise<void> {
  const { rows } = await tx.execute<{ table: string; column: string }>(sql.raw(PERSON_COLUMNS));
  for (const { table, column } of rows) {
    const moved = MOVED.find(({ name }) => name === table);
    if (!moved || moved.without?.includes(column)) continue;
    const name = escapeIdentifier(column);
    if (table !== "workflow_events") {
      await refuseAny(
        tx,
        `${aside(table)} i where ${name} is not null and not exists (select from in_people p where p.old_id = i.${name})`,
        `The archive has a row of ${table} that names somebody whom the archive does not`,
      );
    }
    await tx.execute(
      sql.raw(`update ${aside(table)} i set ${name} = p.id from in_people p where p.old_id = i.${name}`),
    );
  }
}

/** Comments name people by their ids. */
async function nameInTexts(tx: Tx): Promise<void> {
  const { rows } = await tx.execute<{ old_id: string; id: string }>(sql`
    select p.old_id, p.id from in_people p where p.old_id <> p.id and exists (
      select from in_workflow_comments c where c.text like ${`%${mentionOf("%")}%`})`);
  for (const { old_id, id } of rows) {
    const [from, to] = [mentionOf(old_id), mentionOf(id)];
    await tx.execute(sql`
      update in_workflow_comments set text = replace(text, ${from}, ${to}) where position(${from} in text) > 0`);
  }
}

/** Inserts what is set aside, with these values (SQL) in place of a column's own. */
async function insertFrom(tx: Tx, table: string, values: Record<string, string>): Promise<void> {
  const columns = [...(await typesOf(tx, table)).keys()];
  const names = columns.map(escapeIdentifier).join(", ");
  const selected = columns.map((column) => values[column] ?? escapeIdentifier(column)).join(", ");
  await tx.execute(sql.raw(`insert into public.${table} (${names}) select ${selected} from ${aside(table)}`));
}

/** Statuses that a row gets in one step from its first, with the columns that only a row at work may have. */
const STATEFUL = {
  workflow_runs: { direct: RUN_STATUSES.filter((status) => canRunBecome("pending", status)), atWork: [] },
  workflow_run_steps: {
    direct: STEP_STATUSES.filter((status) => canStepBecome("pending", status)),
    atWork: ["waiting_for", "stalled_since"],
  },
};
const isStateful = (table: string): table is keyof typeof STATEFUL => table in STATEFUL;

/** A trigger has rows begin as pending and go on as `model/states.ts` says, whoever writes them: so they do that here. */
async function insertInStates(tx: Tx, table: keyof typeof STATEFUL): Promise<void> {
  const { direct, atWork } = STATEFUL[table];
  await insertFrom(tx, table, {
    status: "'pending'",
    ...Object.fromEntries(atWork.map((column) => [column, "null"])),
  });
  const ahead = ["pending", ...direct].map((status) => `'${status}'`).join(", ");
  const from = `from ${aside(table)} i where i.id = o.id and`;
  await tx.execute(
    sql.raw(`update public.${table} o set status = 'running' ${from} i.status not in (${ahead})`),
  );
  const set = ["status", ...atWork].map((column) => `${column} = i.${column}`).join(", ");
  await tx.execute(sql.raw(`update public.${table} o set ${set} ${from} i.status <> 'pending'`));
}

/** Values that are none of their column's, and rows that break a rule of the schema, are the archive's fault. */
function refusalOf(error: unknown): unknown {
  const [code = ""] = faultCodes(error);
  if (code === "23505") {
    return new ArchiveError("The archive has a row whose id is taken, here or in itself");
  }
  if (/^(22|23)/.test(code)) return new ArchiveError("The archive has a row that does not fit its table");
  return error;
}
