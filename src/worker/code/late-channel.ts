import { BoxRefusal } from "../../box/types";
import type { CodeChannel } from "../../engine/code/protocol";
import { messageOf } from "../../lib/errors";

/** A channel to a process that starts once the run's folder is made. What is asked of it before waits. */
export class LateChannel implements CodeChannel {
  private channel: CodeChannel | null = null;
  private readonly asked: ((channel: CodeChannel) => void)[] = [];
  private onNoStart: (why: string) => void = () => {};
  private isClosed = false;
  private readonly starting: Promise<void>;

  /** `ready` gives a refusal where the process is not to start. */
  constructor(ready: Promise<{ refusal: string } | null>, start: () => CodeChannel) {
    this.starting = ready.then(
      (fault) => this.go(fault?.refusal ?? null, start),
      (error: unknown) => this.go(messageOf(error), start),
    );
  }

  send(...given: Parameters<CodeChannel["send"]>): void {
    this.ask((channel) => channel.send(...given));
  }

  onMessage(listener: Parameters<CodeChannel["onMessage"]>[0]): void {
    this.ask((channel) => channel.onMessage(listener));
  }

  onOutput(listener: Parameters<CodeChannel["onOutput"]>[0]): void {
    this.ask((channel) => channel.onOutput(listener));
  }

  onExit(listener: Parameters<CodeChannel["onExit"]>[0]): void {
    this.onNoStart = listener;
    this.ask((channel) => channel.onExit(listener));
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.starting;
    await this.channel?.close();
  }

  private go(refusal: string | null, start: () => CodeChannel): void {
    if (this.isClosed) return;
    if (refusal !== null) {
      this.onNoStart(`did not start: ${refusal}`);
      return;
    }
    const channel = this.started(start);
    if (!channel) return;
    this.channel = channel;
    for (const work of this.asked.splice(0)) work(channel);
  }

  private started(start: () => CodeChannel): CodeChannel | null {
    try {
      return start();
    } catch (error) {
      if (!(error instanceof BoxRefusal)) throw error;
      this.onNoStart(`did not start: ${error.message}`);
      return null;
    }
  }

  private ask(work: (channel: CodeChannel) => void): void {
    if (this.channel) work(this.channel);
    else this.asked.push(work);
  }
}
