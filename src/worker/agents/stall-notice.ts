import type { AgentDefinition } from "../../engine/agent-settings/parse-agents";
import { durationText } from "../../engine/expressions/duration-text";
import type { StepContext } from "../../engine/run/ports";
import type { AgentSessions } from "./sessions";

/** Reports that an agent has stalled or goes on, in its log and on its step. */
export class StallNotice {
  private isStalled = false;
  /** The write of the step that is under way; it repeats until the step has the newest state. */
  private writing: Promise<void> | null = null;

  constructor(
    private readonly context: StepContext,
    private readonly agent: AgentDefinition,
    private readonly sessions: AgentSessions,
    private readonly onFault: (error: unknown) => void,
  ) {}

  tell(isStalled: boolean): void {
    this.isStalled = isStalled;
    const silent = durationText(this.agent.stall_ms);
    this.context.log.system(
      isStalled ? `The agent has stalled: nothing came from it for ${silent}.` : "The agent goes on.",
    );
    this.writing ??= this.write().catch(this.onFault);
  }

  private async write(): Promise<void> {
    for (let written: boolean | null = null; written !== this.isStalled; ) {
      written = this.isStalled;
      await this.sessions.stall(this.context, written, this.context.signal);
    }
    this.writing = null;
  }
}
