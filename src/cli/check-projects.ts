import { access, constants, stat } from "node:fs/promises";
import { sql } from "drizzle-orm";
import { findFingerprint, fingerprintOf } from "../auth/fingerprint";
import type { Db } from "../db/client";
import { openSecret, secretsKeyOf } from "../features/secrets/sealing";
import type { Settings } from "../lib/settings";
import { folderOf } from "../lib/stored-folder";
import { readAuthSecret } from "./data-folder";
import { type Finding, fail, ok, warn } from "./finding";

/** Projects that are named; there may be thousands. */
const NAMED = 3;

/** Looks at the folder of every project, and opens one secret of each; compares the secret's fingerprint. */
export async function checkProjects(db: Db, settings: Settings): Promise<Finding[]> {
  return [await checkFolders(db), ...(await checkSecrets(db, settings))];
}

async function checkFolders(db: Db): Promise<Finding> {
  const { rows } = await db.execute<{ slug: string; path: string }>(
    sql`select slug, path from projects order by slug`,
  );
  const found = await Promise.all(
    rows.map(async ({ slug, path }) =>
      (await isUsable(folderOf(path))) ? [] : [`${slug} (${folderOf(path)})`],
    ),
  );
  const lost = found.flat();
  if (lost.length === 0) return ok("projects", `${rows.length} with their folders`);
  return fail(
    "projects",
    `${lost.length} of ${rows.length} folders are missing or cannot be read: ${named(lost)}; put them back, or chown them`,
  );
}

async function checkSecrets(db: Db, settings: Settings): Promise<Finding[]> {
  const secret = settings.authSecret ?? (await readAuthSecret(settings.dataDir));
  const noted = await findFingerprint(db);
  if (noted === null) return [ok("secret", "none was used with this database yet")];
  if (!secret)
    return [
      warn(
        "secret",
        "NEXTAUTH_SECRET is not set here, and the data folder holds none, so no secret was opened; set that of this database",
      ),
    ];
  if (fingerprintOf(secret) !== noted)
    return [
      fail(
        "secret",
        "is another than the one under which this database's secrets are sealed; set that one, or run npx phaseboard secret adopt where it is lost",
      ),
    ];
  const { rows } = await db.execute<{ slug: string; project_id: string; name: string; sealed: Buffer }>(sql`
    select distinct on (s.project_id) p.slug, s.project_id, s.name, s.sealed
    from project_secrets s join projects p on p.id = s.project_id order by s.project_id, s.name`);
  const key = secretsKeyOf(secret);
  const closed = rows.flatMap((row) => (openSecret(key, row) === null ? [`${row.name} of ${row.slug}`] : []));
  if (closed.length === 0) return [ok("secret", `opens a secret of each of ${rows.length} projects`)];
  return [warn("secret", `cannot open ${named(closed)}; set them again`)];
}

const named = (all: string[]) => `${all.slice(0, NAMED).join(", ")}${all.length > NAMED ? ", …" : ""}`;

async function isUsable(folder: string): Promise<boolean> {
  try {
    await access(folder, constants.R_OK | constants.X_OK);
    return (await stat(folder)).isDirectory();
  } catch {
    return false;
  }
}
