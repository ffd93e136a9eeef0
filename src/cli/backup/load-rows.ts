import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Client, escapeIdentifier } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { ArchiveError } from "../../archive/format";
import type { BackupHead } from "./head";
import { listTables } from "./tables";

interface ForeignKey {
  table: string;
  name: string;
  definition: string;
}

/**
 * Loads a backup's rows into an empty schema of the same migrations, in one transaction. Foreign keys are taken off and
 * put on again, which proves that all rows fit; no right of a superuser is needed.
 */
export class RowLoader {
  private readonly columns = new Map<string, string>();
  private keys: ForeignKey[] = [];
  private tables: string[] = [];

  constructor(
    private readonly client: Client,
    private readonly head: BackupHead,
  ) {}

  async begin(): Promise<void> {
    const { client } = this;
    await client.query("begin");
    const there = new Map((await listTables(client)).map(({ name, columns }) => [name, new Set(columns)]));
    for (const { name, columns } of this.head.tables) {
      const known = there.get(name);
      if (!known || columns.some((column) => !known.has(column)))
        throw new ArchiveError(
          `The backup has a table or column that its schema lacks: ${JSON.stringify(name)}`,
        );
      this.columns.set(name, columns.map(escapeIdentifier).join(", "));
    }
    this.tables = [...there.keys()];
    for (const table of this.tables) {
      await client.query(`alter table public.${escapeIdentifier(table)} disable trigger user`);
    }
    const { rows } = await client.query<ForeignKey>(`
      select conrelid::regclass::text as table, conname as name, pg_get_constraintdef(oid) as definition
      from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace order by conname`);
    this.keys = rows;
    for (const { table, name } of rows)
      await client.query(`alter table ${table} drop constraint ${escapeIdentifier(name)}`);
  }

  async load(table: string, content: AsyncIterable<Buffer>): Promise<void> {
    const columns = this.columns.get(table);
    if (columns === undefined)
      throw new ArchiveError(`The backup has rows of an unknown table: ${JSON.stringify(table)}`);
    const target = this.client.query(
      copyFrom(`copy public.${escapeIdentifier(table)} (${columns}) from stdin`),
    );
    await pipeline(Readable.from(content, { objectMode: false }), target);
  }

  /** Sets what belongs to this machine, puts the keys on again, and commits. */
  async finish(): Promise<void> {
    const { client } = this;
    // No worker of the old installation works here; ours take the runs as if those had ended.
    await client.query("update workflow_runs set claimed_by = null where claimed_by is not null");
    await this.setSequences();
    for (const { table, name, definition } of this.keys)
      await client.query(`alter table ${table} add constraint ${escapeIdentifier(name)} ${definition}`);
    for (const table of this.tables)
      await client.query(`alter table public.${escapeIdentifier(table)} enable trigger user`);
    await client.query("commit");
    await client.query("analyze");
  }

  /** Names the folders of projects whose files came to another place; in the newest schema. */
  async place(placed: Map<string, string>): Promise<void> {
    for (const [id, path] of placed) {
      await this.client.query("update projects set path = $2, made_by_us = true where id = $1", [id, path]);
      await this.client.query("update storage_deletions set project_path = $2 where project_id = $1", [
        id,
        path,
      ]);
    }
  }

  private async setSequences(): Promise<void> {
    const { rows } = await this.client.query<{ table: string; column: string }>(`
      select attrelid::regclass::text as table, attname::text as column from pg_attribute
      where attidentity <> '' and attrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace)`);
    for (const { table, column } of rows) {
      const name = escapeIdentifier(column);
      await this.client.query(
        `select setval(pg_get_serial_sequence($1, $2), max(${name})) from ${table} having count(*) > 0`,
        [table, column],
      );
    }
  }

  /** The number of rows of each table, to compare with what the backup says. */
  async count(): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const table of this.columns.keys()) {
      const { rows } = await this.client.query<{ count: number }>(
        `select count(*)::float8 as count from public.${escapeIdentifier(table)}`,
      );
      counts[table] = rows[0]?.count ?? 0;
    }
    return counts;
  }
}
