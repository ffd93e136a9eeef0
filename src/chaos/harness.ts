import { setTimeout as sleep } from "node:timers/promises";
import { and, eq, notInArray } from "drizzle-orm";
import type { Caller } from "../auth/scope";
import { agentPermissionRequests } from "../db/schema/permissions";
import { workflowRunSteps, workflowRuns } from "../db/schema/runs";
import { answerPermission } from "../features/agents/commands/answer-permission";
import { decideStep } from "../features/approvals/commands/submit-review";
import { cancelRun } from "../features/runs/commands/cancel-run";
import { createRun } from "../features/runs/commands/create-run";
import { pauseRun } from "../features/runs/commands/pause-run";
import { resumeRun } from "../features/runs/commands/resume-run";
import { AppError, messageOf } from "../lib/errors";
import type { RunStatus } from "../model/states";
import type { Expected } from "./expected";
import { ENDS } from "./mix";
import type { Deed, PlannedRun } from "./plan";

/** How a person's action ended: done, refused since the run was too far, or unknown. */
type Outcome = "done" | "refused" | "unknown";

const AGAIN_MS = 200;

/** The people of a seed. They start runs, decide, pause, resume and cancel, and remember what was accepted. */
export class Harness {
  private readonly runs = new Map<string, Expected>();
  private readonly deeds: Promise<void>[] = [];
  private stopped = false;

  constructor(
    private readonly caller: Caller,
    private readonly projectId: string,
    private readonly log: (line: string) => void,
  ) {}

  expected(): Map<string, Expected> {
    return this.runs;
  }

  /** Resolves once all runs are made and all actions done. */
  async play(planned: PlannedRun[]): Promise<void> {
    const began = Date.now();
    void this.answerAgents();
    for (const { kind, at, deeds } of planned) {
      await sleep(Math.max(0, began + at - Date.now()));
      const id = await this.make(kind);
      const own: Expected = { kind, ends: [ENDS[kind]] };
      this.runs.set(id, own);
      for (const deed of deeds) this.deeds.push(this.perform(id, own, deed));
    }
    await Promise.all(this.deeds);
  }

  async countOpen(): Promise<number> {
    const open = notInArray(workflowRuns.status, ["completed", "failed", "cancelled"]);
    return this.caller.db.$count(workflowRuns, open);
  }

  /** Stops waiting for runs. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.allSettled(this.deeds);
  }

  /** Allows all requests of agents for permission. */
  private async answerAgents(): Promise<void> {
    const { db } = this.caller;
    while (!this.stopped) {
      await sleep(AGAIN_MS);
      const asked = eq(agentPermissionRequests.status, "pending");
      const requests = await this.look(() => db.select().from(agentPermissionRequests).where(asked));
      for (const { id } of requests ?? []) {
        await this.attempt(() => answerPermission(this.caller, { id, option_id: "yes" }));
      }
    }
  }

  /** Creates a run. A create without an answer is sent again as a new one, so both runs have to end. */
  private async make(kind: string): Promise<string> {
    for (;;) {
      try {
        const input = {
          project_id: this.projectId,
          workflow_definition_id: kind,
          name: kind,
          args: {},
          priority: 0,
        };
        return (await createRun(this.caller, input)).id;
      } catch (error) {
        if (error instanceof AppError || this.stopped) throw error;
        await sleep(AGAIN_MS);
      }
    }
  }

  async cancel(id: string): Promise<void> {
    const own = this.runs.get(id);
    const outcome = await this.attempt(() => cancelRun(this.caller, { id }));
    if (own && outcome === "done") own.ends = ["cancelled"];
    else if (outcome === "unknown") own?.ends.push("cancelled");
  }

  private async perform(id: string, own: Expected, deed: Deed): Promise<void> {
    await sleep(deed.after);
    switch (deed.do) {
      case "cancel":
        return this.cancel(id);
      case "pause": {
        if ((await this.attempt(() => pauseRun(this.caller, { id }))) === "refused") return;
        await sleep(deed.resume_after);
        // The run has to go on in any case. A resume without an answer is refused when it is sent again.
        while ((await this.attempt(() => resumeRun(this.caller, { id }))) === "unknown" && !this.stopped) {
          await sleep(AGAIN_MS);
        }
        return;
      }
      default:
        await this.decide(id, own, deed.do);
    }
  }

  /** Looks until the approval waits, then decides it. */
  private async decide(id: string, own: Expected, decision: "approve" | "reject"): Promise<void> {
    const asked = and(
      eq(workflowRunSteps.workflow_run_id, id),
      eq(workflowRunSteps.step_id, "ask"),
      eq(workflowRunSteps.waiting_for, "approval"),
    );
    while (!this.stopped) {
      await sleep(AGAIN_MS);
      const found = await this.look(async () => {
        const [step] = await this.caller.db.select().from(workflowRunSteps).where(asked);
        const [run] = await this.caller.db.select().from(workflowRuns).where(eq(workflowRuns.id, id));
        return {
          step: step?.id,
          ended: run?.status !== "pending" && run?.status !== "running" && run?.status !== "paused",
        };
      });
      if (found?.ended) return;
      if (!found?.step) continue;
      const input = { id: found.step, decision, note: decision === "reject" ? "No" : undefined };
      // After an unknown outcome the next look tells: the step waits no more.
      const outcome = await this.attempt(() =>
        decideStep(this.caller, input as Parameters<typeof decideStep>[1]),
      );
      if (decision === "reject" && outcome !== "refused") own.ends = merge(own.ends, outcome);
    }
  }

  private async attempt(work: () => Promise<unknown>): Promise<Outcome> {
    try {
      await work();
      return "done";
    } catch (error) {
      if (!(error instanceof AppError)) return "unknown";
      this.log(`refused: ${messageOf(error)}`);
      return "refused";
    }
  }

  private async look<T>(work: () => Promise<T>): Promise<T | null> {
    return work().catch(() => null);
  }
}

/** A rejection fails the run, unless it was cancelled before. */
function merge(ends: RunStatus[], outcome: Outcome): RunStatus[] {
  const failed: RunStatus[] = ends.includes("cancelled") ? ["failed", "cancelled"] : ["failed"];
  return outcome === "done" ? failed : [...ends, "failed"];
}
