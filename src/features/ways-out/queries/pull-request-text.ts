import { and, asc, eq } from "drizzle-orm";
import type { Caller } from "../../../auth/scope";
import { reviews } from "../../../db/schema/reviews";
import { workflowRunSteps } from "../../../db/schema/runs";
import { plain } from "../../comments/commands/write-comment";
import type { Way } from "./find-way";

/** Who approved the run is in the text, at most so many of them. */
const MOST = 20;

/** The text of a run's pull request, as Markdown: where it comes from, how much it changes, who approved it. */
export async function pullRequestText(caller: Caller, { run, definition, url }: Way): Promise<string> {
  const decisions = await caller.db
    .select({ step: workflowRunSteps.name, by: reviews.user_name, note: reviews.text })
    .from(reviews)
    .innerJoin(workflowRunSteps, eq(workflowRunSteps.id, reviews.workflow_run_step_id))
    .where(and(eq(workflowRunSteps.workflow_run_id, run.id), eq(reviews.decision, "approve")))
    .orderBy(asc(reviews.created_at))
    .limit(MOST);
  const approved = decisions.map(({ step, by, note }) => {
    const words = note?.trim() ? `: ${plain(note.trim())}` : "";
    return `- **${plain(step)}** approved by ${plain(by)}${words}\n`;
  });
  return [
    `[Run ${run.number}](${url}) of ${plain(definition.name)}: ${plain(run.name)}\n`,
    countsOf(run),
    ...(approved.length > 0 ? [approved.join("")] : []),
  ].join("\n");
}

function countsOf({ changed_files, added_lines, deleted_lines }: Way["run"]): string {
  if (changed_files === null) return "";
  const files = changed_files === 1 ? "1 file" : `${changed_files} files`;
  return `+${added_lines ?? 0} −${deleted_lines ?? 0} in ${files}\n`;
}
