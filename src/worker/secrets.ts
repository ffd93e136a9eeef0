import { sql } from "drizzle-orm";
import type { Db } from "../db/client";
import { createMask } from "../engine/logs/mask/mask";
import type { EnginePorts, Secrets } from "../engine/run/ports";
import { findGitCredentials } from "../features/secrets/git-credentials";
import { openSecret, secretsKeyOf } from "../features/secrets/sealing";
import { readSettings } from "../lib/settings";
import { patiently } from "./presence/reach";
import type { GitCredentials } from "./workspace/make-files";

/** Number of projects whose mask is cached: building one for each step costs more than a quick step. */
const KEPT = 50;

interface Row extends Record<string, unknown> {
  name: string;
  sealed: Buffer;
}

/** Gives the secrets of a run's project at the time of the call. */
export function createSecrets(db: Db): EnginePorts["secrets"] {
  const kept = new Map<string, { version: string; secrets: Secrets }>();
  return (claim, signal) =>
    patiently(async () => {
      const project_id = claim.run.project.id;
      const { rows } = await db.execute<Row>(sql`
        select name, sealed from project_secrets where project_id = ${project_id} order by name`);
      // Each sealed value starts with its own nonce, so this text changes with any change of the secrets.
      const version = rows.map(({ name, sealed }) => `${name} ${sealed.toString("base64", 0, 28)}`).join();
      const known = kept.get(project_id);
      if (known?.version === version) return known.secrets;
      const secrets = openAll(project_id, rows);
      kept.delete(project_id);
      kept.set(project_id, { version, secrets });
      for (const oldest of kept.keys()) if (kept.size > KEPT) kept.delete(oldest);
      return secrets;
    }, signal);
}

/** What a project's settings name for its git remote; see `findGitCredentials`. */
export function createGitCredentials(db: Db): GitCredentials {
  return (project_id) => findGitCredentials(db, project_id, secretsKeyHere());
}

function secretsKeyHere(): Buffer | null {
  const { authSecret, secretsKey } = readSettings();
  return secretsKey ?? (authSecret ? secretsKeyOf(authSecret) : null);
}

function openAll(project_id: string, rows: Row[]): Secrets {
  const key = secretsKeyHere();
  const values = new Map(
    rows.map(({ name, sealed }) => [name, key ? openSecret(key, { project_id, name, sealed }) : null]),
  );
  const readable = [...values.values()].filter((value) => value !== null);
  return { values, mask: createMask(readable) };
}
