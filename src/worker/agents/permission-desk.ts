import { eq, sql } from "drizzle-orm";
import type { Db } from "../../db/client";
import { agentPermissionRequests } from "../../db/schema/permissions";
import type { AttemptRef } from "../../engine/run/ports";
import { emit } from "../../events/emit";
import { progress } from "../../events/progress";
import { Bell } from "../../lib/bell";
import { systemClock } from "../../lib/clock";
import { newId } from "../../lib/ids";
import type { AskedToolCall, PermissionOption } from "../../model/states";
import { holdClaim, scopeOf } from "../claims/under-claim";
import { patiently } from "../presence/reach";
import { withdrawPermissions } from "./withdraw-permissions";

export interface PermissionQuestion {
  tool_call: AskedToolCall;
  options: PermissionOption[];
}

export interface GivenAnswer {
  option_id: string;
  /** Name of the person who answered. */
  name: string;
}

export interface PermissionDesk {
  /**
   * Asks people and resolves with the first answer; null where there will be none. `over` aborts when the attempt ends;
   * its end withdraws the request. `unwanted` aborts when the agent withdraws it. Throws `ClaimLost`.
   */
  ask(
    attempt: AttemptRef,
    question: PermissionQuestion,
    signals: { over: AbortSignal; unwanted: AbortSignal },
  ): Promise<GivenAnswer | null>;
}

/** Milliseconds between looks for the answer, in case its notification was lost. */
const LOOK_MS = 1_000;

/** `onNews` calls its listener when the run was changed, and gives a function that stops it. */
export function createPermissionDesk(
  db: Db,
  onNews: (runId: string, listener: () => void) => () => void,
): PermissionDesk {
  return {
    async ask(attempt, question, { over, unwanted }) {
      const { claim } = attempt;
      const id = newId();
      const signal = AbortSignal.any([over, unwanted]);
      const news = new Bell();
      const leave = onNews(claim.run.id, () => news.ring());
      try {
        await patiently(() => insert(db, attempt, id, question), over);
        for (;;) {
          const row = await patiently(() => read(db, id), over);
          if (row?.status !== "pending") return answerOf(row);
          if (signal.aborted) break;
          await news.wait(systemClock, signal, LOOK_MS);
        }
        if (over.aborted) return null;
        await patiently(
          () => progress(db, (tx) => withdrawPermissions(tx, scopeOf(claim), claim.run.id, id)),
          over,
        );
        return null;
      } finally {
        leave();
      }
    },
  };
}

/** Makes the request's row, unless it exists or the attempt has ended. */
async function insert(db: Db, attempt: AttemptRef, id: string, asked: PermissionQuestion): Promise<void> {
  const { claim, step, number } = attempt;
  await progress(db, async (tx) => {
    await holdClaim(tx, claim);
    const { rows: inserted } = await tx.execute(sql`
      insert into agent_permission_requests (id, agent_session_id, workflow_run_step_id, attempt, tool_call, options)
      select ${id}, g.id, s.id, ${number}, ${JSON.stringify(asked.tool_call)}::jsonb,
             ${JSON.stringify(asked.options)}::jsonb
      from workflow_run_steps s
      join agent_sessions g on g.id = s.agent_session_id
      where s.workflow_run_id = ${claim.run.id} and s.step_id = ${step.id} and s.attempt = ${number}
        and s.status = 'running' and g.status = 'running'
      on conflict (id) do nothing
      returning 1`);
    if (inserted.length === 0) return;
    const data = { execution_id: claim.run.id, step_id: step.id, for: "permission" } as const;
    emit(tx, scopeOf(claim), "workflow.step.waiting", data);
  });
}

async function read(db: Db, id: string) {
  const { status, option_id, answered_by_name } = agentPermissionRequests;
  const [row] = await db
    .select({ status, option_id, answered_by_name })
    .from(agentPermissionRequests)
    .where(eq(agentPermissionRequests.id, id));
  return row;
}

function answerOf(row: Awaited<ReturnType<typeof read>>): GivenAnswer | null {
  if (row?.status !== "answered" || row.option_id === null) return null;
  return { option_id: row.option_id, name: row.answered_by_name ?? "Somebody" };
}
