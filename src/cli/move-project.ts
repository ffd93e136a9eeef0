import { createReadStream, createWriteStream } from "node:fs";
import { access, rename, rm } from "node:fs/promises";
import { resolve } from "node:path";
import { sql } from "drizzle-orm";
import { findUserByEmail } from "../auth/users";
import { audit } from "../events/emit";
import { importProject } from "../features/moving/commands/import-project";
import { exportProject } from "../features/moving/queries/export-project";
import { AppError } from "../lib/errors";
import { byCommandLine, commandLine } from "./by-command-line";
import { withCurrentPool, withDatabase, withDatabaseUrl } from "./database";
import { fileToMake } from "./file-to-make";
import { say } from "./output";

/** `phaseboard project export PROJECT FILE` */
export async function runExport(given: string, file: string): Promise<void> {
  const target = await fileToMake(file);
  const temporary = `${target}.${process.pid}.tmp`;
  await withDatabaseUrl(async (url) => {
    const id = await withCurrentPool(url, "command", async (db) => {
      const { rows } = await db.execute<{ id: string; name: string }>(
        sql`select id, name from projects where id = ${given} or slug = ${given} order by id = ${given} desc limit 1`,
      );
      const [project] = rows;
      if (!project) throw new AppError("NOT_FOUND", `There is no project ${given}.`);
      await byCommandLine(db, "projects.export", async (tx) =>
        audit(tx, { target: { type: "project", ...project }, project }),
      );
      return project.id;
    });
    try {
      await exportProject(url, id, createWriteStream(temporary, { flags: "wx", mode: 0o600 }));
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  });
  say(`Made ${target}`);
}

/** `phaseboard project import FILE --email ADDRESS` */
export async function runImport(file: string, email: string): Promise<void> {
  const path = resolve(file);
  await access(path).catch(() => {
    throw new AppError("NOT_FOUND", `There is no file ${path} that can be read.`);
  });
  await withDatabase(async (db) => {
    const user = await findUserByEmail(db, email);
    if (!user) throw new AppError("NOT_FOUND", `${email} has no account. Mend --email.`);
    if (user.disabled_at !== null) {
      throw new AppError(
        "CONFLICT",
        `The account of ${email} is disabled, so it can own nothing. Name somebody else by --email.`,
      );
    }
    const { id: user_id, name, is_admin } = user;
    const actor = { type: "user", user_id, name, email: user.email, is_admin, session_id: null } as const;
    const result = await importProject({ db, actor }, createReadStream(path), commandLine());
    say(`Made the project ${result.project.name} in ${result.project.path}`);
    if (result.project.slug !== result.slug_before)
      say(`Its address is /p/${result.project.slug}: another project here has /p/${result.slug_before}`);
    if (result.people_kept_as_names.length > 0)
      say(`Without an account here, kept as names: ${result.people_kept_as_names.join(", ")}`);
    if (result.secrets_to_set.length > 0) say(`Secrets to set: ${result.secrets_to_set.join(", ")}`);
    if (result.webhooks_to_sign > 0)
      say(`Webhooks that need a new signing secret: ${result.webhooks_to_sign}`);
  });
}
