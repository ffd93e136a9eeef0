import { and, eq, or } from "drizzle-orm";
import type { Tx } from "../../../db/client";
import { agentSessions } from "../../../db/schema/agents";
import { workflowRunSteps } from "../../../db/schema/runs";
import { AppError } from "../../../lib/errors";
import { suggestionIn } from "../../../lib/suggestion";
import type { ChangeAnchor, PlanAnchor, SaidComment } from "../../../model/states";
import { changeAnchor } from "../../changes/queries/check-lines";
import type { Range } from "../../changes/queries/find-range";
import type { SubmitReviewInput } from "../schema";

/** A comment as it is kept, with the row of the step of whose plan it speaks. */
export interface PlacedComment {
  said: SaidComment;
  step: PlannedStep | null;
}

/** An agent's step. */
export interface PlannedStep {
  id: string;
  step_id: string;
  name: string;
  /** It is at work, and reads what is sent to it at the end of its turn. */
  takes_messages: boolean;
}

/** Finds the steps of whose plans comments speak. Throws BAD_REQUEST where one is no agent's, or had no such attempt. */
export async function placeComments(
  tx: Tx,
  run_id: string,
  comments: SubmitReviewInput["comments"],
): Promise<PlacedComment[]> {
  const placed: PlacedComment[] = [];
  for (const [at, { plan, path = "", side = "new", line = 0, start_line, text }] of comments.entries()) {
    if (!plan) {
      const suggestion = suggestionIn(text);
      const said = {
        path,
        side,
        line,
        start_line,
        text,
        ...(suggestion === undefined ? {} : { suggestion }),
      };
      placed.push({ said, step: null });
      continue;
    }
    const step = await plannedStep(tx, run_id, plan.step_id, `comments.${at}.plan`);
    const { entry, quote, attempt = step.attempt } = plan;
    if (attempt > step.attempt) {
      throw faulty(`comments.${at}.plan.attempt`, `The step "${step.name}" had ${step.attempt} attempts.`);
    }
    placed.push({ said: { plan: { step_id: step.step_id, attempt, entry, quote }, text }, step });
  }
  return placed;
}

async function plannedStep(tx: Tx, run_id: string, ref: string, field: string) {
  const { id, step_id, name, kind, status, attempt, workflow_run_id, agent_session_id } = workflowRunSteps;
  const [step] = await tx
    .select({ id, step_id, name, kind, status, attempt, takes: agentSessions.takes_messages })
    .from(workflowRunSteps)
    .leftJoin(agentSessions, eq(agentSessions.id, agent_session_id))
    .where(and(eq(workflow_run_id, run_id), or(eq(step_id, ref), eq(id, ref))));
  if (!step) throw faulty(`${field}.step_id`, `The run has no step "${ref}".`);
  if (step.kind !== "agent")
    throw faulty(`${field}.step_id`, `The step "${step.name}" is no agent's, so it has no plan.`);
  if (step.attempt === 0) throw faulty(`${field}.step_id`, `The agent of "${step.name}" has not begun.`);
  return { ...step, takes_messages: step.status === "running" && step.takes === true };
}

/** What is said of the plans of agents that are at work and take messages, by their steps. */
export function ofAgentsAtWork(comments: PlacedComment[]): [PlannedStep, SaidComment[]][] {
  const steps = new Map(
    comments.flatMap(({ step }) => (step?.takes_messages ? [[step.id, step] as const] : [])),
  );
  return [...steps.values()].map((step) => [
    step,
    comments.flatMap((each) => (each.step?.id === step.id ? [each.said] : [])),
  ]);
}

/** What a comment is about, as its row says. `seen`: the commits between which it was said. */
export function anchorOf(
  said: SaidComment,
  seen: Range | null,
  quote: string | null,
): ChangeAnchor | PlanAnchor {
  return said.plan ? { kind: "plan", ...said.plan } : changeAnchor(said, seen, quote);
}

const faulty = (path: string, message: string) => new AppError("BAD_REQUEST", message, [{ path, message }]);

/**
 * What an agent gets to read of a review: an entry of a plan is quoted, and a line is `path:line: text`. `reader`: the
 * agent's step.
 */
export function promptOf(
  reader: string,
  {
    by,
    asks,
    text: whole,
    comments,
    named,
  }: {
    by: string;
    asks: boolean;
    text: string | null;
    comments: SaidComment[];
    /** The text with names in the place of ids. */
    named: (text: string) => string;
  },
): string {
  const plans = comments.flatMap((each) => (each.plan ? [each] : []));
  const lines = comments.flatMap((each) => (each.plan ? [] : [each]));
  const suggests = lines.some(({ suggestion }) => suggestion !== undefined);
  const seen = plans.length > 0 && lines.length === 0 ? "plan" : "changes";
  return [
    asks ? `${by} looked at the ${seen} and asks for more.` : `${by} commented on the ${seen}.`,
    whole === null ? null : named(whole),
    ...plans
      .toSorted((a, b) => a.plan.step_id.localeCompare(b.plan.step_id) || a.plan.entry - b.plan.entry)
      .map(({ plan, text }) => {
        const whose = plan.step_id === reader ? "your plan" : `the plan of ${plan.step_id}`;
        return `On entry ${plan.entry} of ${whose}:\n${plan.quote.replace(/^/gm, "> ")}\n${named(text)}`;
      }),
    lines
      .toSorted((a, b) => a.path.localeCompare(b.path) || a.line - b.line)
      .map(({ path, side, line, start_line, text }) => {
        const range = start_line === null ? `${line}` : `${start_line}-${line}`;
        return `${path}:${range}${side === "old" ? " (before the change)" : ""}:${text.startsWith("```") ? "\n" : " "}${named(text)}`;
      })
      .join("\n"),
    suggests
      ? "What stands in a block called suggestion is to take the place of the lines that the comment is about."
      : null,
  ]
    .filter(Boolean)
    .join("\n\n");
}
