import type { StepState } from "../../journal/run-state";
import { messageOf } from "../../lib/errors";
import { type Claim, ClaimLost, type EnginePorts } from "../run/ports";
import type { CodeChannel, TellOutcome } from "./protocol";

/**
 * Tells the code how steps ended, in order. An output that was left in its row is read when its turn comes, and sent
 * before the next one is read, so that only one of them is in memory.
 */
export class Answers {
  private waiting: { channel: CodeChannel; call: number; step: StepState }[] = [];
  isReading = false;

  constructor(
    private readonly claim: Claim,
    private readonly ports: Pick<EnginePorts, "readOutput">,
    /** Whether the channel is still the current process of the code. */
    private readonly isOpen: (channel: CodeChannel) => boolean,
    /** Called once all outputs that had to be read are sent, or with the reason why one cannot be read. */
    private readonly onRead: (fault: string | null) => void,
  ) {}

  tell(channel: CodeChannel, call: number, step: StepState): void {
    if (!this.isReading && !step.output_left) {
      send(channel, call, step, step.output);
      return;
    }
    this.waiting.push({ channel, call, step });
    if (this.isReading) return;
    this.isReading = true;
    void this.readAll().then(
      () => this.finish(null),
      (error: unknown) => {
        // A lost claim is no fault of the code; the pass notices it by itself.
        this.finish(
          error instanceof ClaimLost ? null : `A recorded output cannot be read: ${messageOf(error)}`,
        );
      },
    );
  }

  private finish(fault: string | null): void {
    this.waiting = [];
    this.isReading = false;
    this.onRead(fault);
  }

  private async readAll(): Promise<void> {
    for (let next = this.waiting.shift(); next; next = this.waiting.shift()) {
      const { channel, call, step } = next;
      if (!this.isOpen(channel)) continue;
      const output = step.output_left ? await this.ports.readOutput(this.claim, step.row_id) : step.output;
      await new Promise<void>((resolve) => send(channel, call, step, output, resolve));
    }
  }
}

function send(channel: CodeChannel, call: number, step: StepState, output: unknown, sent?: () => void): void {
  const { attempt, error_message } = step;
  const status = step.status as TellOutcome["status"];
  channel.send({ answer: call, outcome: { status, output, attempt, error_message } }, sent);
}
