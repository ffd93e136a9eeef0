import { createHash } from "node:crypto";
import { sql } from "drizzle-orm";
import type { Db } from "../db/client";
import { createMask } from "../engine/logs/mask/mask";
import type { Claim, EnginePorts, Secrets } from "../engine/run/ports";
import { recordAlone } from "../events/record-alone";
import { findGitCredentials } from "../features/secrets/git-credentials";
import { openSecret, secretsKeyOf } from "../features/secrets/sealing";
import { readSettings } from "../lib/settings";
import { patiently } from "./presence/reach";
import type { GitCredentials } from "./workspace/make-files";

/** Number of projects whose mask is cached: building one for each step costs more than a quick step. */
const KEPT = 50;

/** Uses that this process has recorded; what it forgets is asked of the database again. */
const REMEMBERED = 10_000;

interface Row extends Record<string, unknown> {
  name: string;
  sealed: Buffer;
}

/** Gives the secrets of a run's project at the time of the call. */
export function createSecrets(db: Db): EnginePorts["secrets"] {
  const kept = new Map<string, { version: string; secrets: Secrets }>();
  const recorded = new Set<string>();
  return (claim, signal, used) =>
    patiently(async () => {
      const project_id = claim.run.project.id;
      const { rows } = await db.execute<Row>(sql`
        select name, sealed from project_secrets where project_id = ${project_id} order by name`);
      // Each sealed value starts with its own nonce, so this text changes with any change of the secrets.
      for (const { name } of rows) if (used.includes(name)) await recordUse(db, recorded, claim, name);
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

/** One row a run and secret, by whichever step and attempt uses it first: its id is made of both. */
async function recordUse(db: Db, recorded: Set<string>, { run, worker_id }: Claim, name: string) {
  const id = createHash("sha256").update(`${run.id} ${name}`).digest("hex").replace(/^./, "u").slice(0, 24);
  if (recorded.has(id)) return;
  await recordAlone(db, {
    id,
    action: "secrets.use",
    outcome: "done",
    actor: { type: "worker", worker_id },
    address: null,
    project_id: run.project.id,
    target: { type: "secret", id: null, name },
    after: { run_id: run.id, run: run.name },
  });
  for (const oldest of recorded) if (recorded.size >= REMEMBERED) recorded.delete(oldest);
  recorded.add(id);
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
