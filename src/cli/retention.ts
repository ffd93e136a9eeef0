import { readInstallation } from "../features/installation/queries";
import { Retention } from "../features/projects/schema";
import { countDue } from "../features/retention/count-due";
import { previewAll } from "../features/retention/queries";
import type { RetentionPreview } from "../features/retention/schema";
import { AppError } from "../lib/errors";
import { limitsOf, withDefault } from "../model/retention";
import { changeInstallation, changeProject, getProject } from "./change-setting";
import { withDatabase } from "./database";

const FIELDS = ["runs", "logs", "artifacts", "events", "keep_last"] as const;

export interface RetentionOptions {
  runs?: string;
  logs?: string;
  artifacts?: string;
  events?: string;
  keepLast?: string;
  dryRun?: boolean;
}

/** `phaseboard retention [PROJECT] [--runs 90d …] [--dry-run]`: without a project the installation's. */
export async function runRetention(given: string | undefined, options: RetentionOptions): Promise<void> {
  await withDatabase(async (db) => {
    const { retention: otherwise } = await readInstallation(db);
    const project = given === undefined ? null : await getProject(db, given);
    const before = project ? project.retention : otherwise;
    const after = withOptions(before, options);
    const isChanged = JSON.stringify(after) !== JSON.stringify(before);
    if (options.dryRun) {
      print(
        wordsOf(
          project
            ? await countDue(db, project.id, limitsOf(withDefault(after, otherwise)))
            : await previewAll(db, after),
        ),
      );
      return;
    }
    if (isChanged && project) await changeProject(db, project, "projects.update", { retention: after });
    else if (isChanged) await changeInstallation(db, { retention: before }, { retention: after });
    for (const field of FIELDS) print(lineOf(field, after, project ? otherwise : {}));
  });
}

const print = (text: string) => process.stdout.write(`${text}\n`);

/** The retention with what the options say; `default` says nothing of its field. */
function withOptions(before: Retention, { keepLast, dryRun: _, ...ages }: RetentionOptions): Retention {
  const after: Record<string, unknown> = { ...before };
  for (const [field, value] of Object.entries({ ...ages, keep_last: keepLast })) {
    if (value === undefined) continue;
    if (value === "default") delete after[field];
    else after[field] = field === "keep_last" ? Number(value) : value;
  }
  const parsed = Retention.safeParse(after);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const option = `--${String(issue?.path[0]).replace("_", "-")}`;
  throw new AppError("BAD_REQUEST", `${option} ${issue?.message}. \`default\` takes back what was said.`);
}

function lineOf(field: (typeof FIELDS)[number], own: Retention, otherwise: Retention): string {
  const name = field.replace("_", "-").padEnd(10);
  if (own[field] !== undefined) return `${name} ${own[field]}`;
  if (otherwise[field] !== undefined) return `${name} ${otherwise[field]} (the installation's)`;
  return `${name} ${field === "keep_last" ? "none" : "forever"}`;
}

function wordsOf({ runs, logs, artifacts, events, bytes, uncounted }: RetentionPreview): string {
  const beside = uncounted > 0 ? `, and the logs of ${uncounted} runs that were not measured` : "";
  return [
    `Would remove ${runs} runs, the logs of ${logs} further runs, ${artifacts} files of their artifacts, and ${events} events.`,
    `Would free ${(bytes / 1024 ** 2).toFixed(1)} MB of files${beside}.`,
  ].join("\n");
}
