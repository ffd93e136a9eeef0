import { sql } from "drizzle-orm";
import type { Caller } from "../../auth/scope";
import type { Tx } from "../../db/client";
import { AppError } from "../../lib/errors";
import { readSettings } from "../../lib/settings";

/** Numbers of runs that wait to be started. */
export interface Queued extends Record<string, unknown> {
  queued_in_project: number;
  queued_of_person: number;
}

/** SQL columns for `Queued`, to be put into another statement's select list. */
export const queuedCounts = (project_id: string, user_id: string) => sql`
  (select count(*)::int from workflow_runs where project_id = ${project_id} and status = 'pending') as queued_in_project,
  (select count(*)::int from workflow_runs where user_id = ${user_id} and status = 'pending') as queued_of_person`;

const RETRY_AFTER_S = 30;

/** Throws TOO_MANY_REQUESTS if the limit of waiting runs is reached. */
export function refuseMoreQueued({ queued_in_project, queued_of_person }: Queued): void {
  const { queuedPerProject, queuedPerPerson } = readSettings();
  const refuse = (what: string, setting: string) => {
    const mend = `Wait until some have started, cancel what is not needed, or ask whoever runs the server to raise ${setting}.`;
    throw new AppError("TOO_MANY_REQUESTS", `${what} ${mend}`, undefined, RETRY_AFTER_S);
  };
  if (queued_in_project >= queuedPerProject) {
    refuse(
      `${queued_in_project} runs of this project wait to be started, as many as may.`,
      "PHASEBOARD_QUEUED_PER_PROJECT",
    );
  }
  if (queued_of_person >= queuedPerPerson) {
    refuse(
      `${queued_of_person} of your runs wait to be started, as many as one person may have.`,
      "PHASEBOARD_QUEUED_PER_PERSON",
    );
  }
}

/** The same check for a caller that has not counted the runs yet. */
export async function refuseMoreThanMay(
  { db, actor }: { db: Pick<Tx, "execute">; actor: Caller["actor"] },
  project_id: string,
): Promise<void> {
  const [queued] = (await db.execute<Queued>(sql`select ${queuedCounts(project_id, actor.user_id)}`)).rows;
  if (queued) refuseMoreQueued(queued);
}
