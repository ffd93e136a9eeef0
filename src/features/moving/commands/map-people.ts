import { createHash } from "node:crypto";
import { sql } from "drizzle-orm";
import type { Tx } from "../../../db/client";
import { users } from "../../../db/schema/users";
import { newId } from "../../../lib/ids";
import type { ImportedProject, ProjectHead } from "../schema";

/**
 * An address that nobody can have (RFC 2606) in place of a person's: the same for the same person, so that a second
 * import finds them.
 */
const addressOf = (email: string) =>
  `${createHash("sha256").update(email.toLowerCase()).digest("hex").slice(0, 24)}@imported.invalid`;

/**
 * Makes the temporary table `in_people`: who of the archive is who here. People are found by their e-mail; who has no
 * account gets one that is disabled and has the name alone, since what they did is to keep it.
 */
export async function mapPeople(
  tx: Tx,
  people: ProjectHead["people"],
): Promise<Pick<ImportedProject, "people_found" | "people_kept_as_names">> {
  await tx.execute(sql`
    create temporary table in_people (old_id text primary key, id text not null, found boolean not null) on commit drop`);
  const names: string[] = [];
  for (const person of people) {
    const found = await findUser(tx, person.email);
    if (found === null) names.push(person.name);
    const id = found ?? (await findUser(tx, addressOf(person.email))) ?? (await makeName(tx, person));
    await tx.execute(sql`insert into in_people values (${person.id}, ${id}, ${found !== null})`);
  }
  return { people_found: people.length - names.length, people_kept_as_names: names };
}

/** A machine account is of its own project alone, whatever address an archive gives. */
async function findUser(tx: Tx, email: string): Promise<string | null> {
  const { rows } = await tx.execute<{ id: string }>(
    sql`select id from users where lower(email) = lower(${email}) and project_id is null`,
  );
  return rows[0]?.id ?? null;
}

async function makeName(tx: Tx, { name, email }: ProjectHead["people"][number]): Promise<string> {
  const id = newId();
  await tx
    .insert(users)
    .values({ id, name, email: addressOf(email), password_hash: null, disabled_at: sql`now()` });
  return id;
}
