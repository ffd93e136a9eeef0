import type { Claim, Hold, StopReason } from "../../engine/run/ports";

interface Held {
  claim: Claim;
  controller: AbortController;
}

/** The claims that this process holds, and the signals that end their work. */
export class Claims {
  private readonly held = new Map<string, Held>();
  private isDraining = false;
  private closedAt = 0;

  open(claim: Claim): Hold {
    const own: Held = { claim, controller: new AbortController() };
    this.held.set(claim.run.id, own);
    return {
      signal: own.controller.signal,
      close: () => {
        // A later claim of the same run may have replaced this one.
        if (this.held.get(claim.run.id) === own) this.held.delete(claim.run.id);
        this.closedAt = Date.now();
      },
    };
  }

  has(runId: string): boolean {
    return this.held.has(runId);
  }

  get(runId: string): Claim | null {
    return this.held.get(runId)?.claim ?? null;
  }

  /** The signal of a claim; already aborted as "lost" where the claim is not held any more. */
  signalOf(claim: Claim): AbortSignal {
    const held = this.held.get(claim.run.id);
    return held?.claim.epoch === claim.epoch ? held.controller.signal : AbortSignal.abort("lost");
  }

  list(): Claim[] {
    return [...this.held.values()].map(({ claim }) => claim);
  }

  get size(): number {
    return this.held.size;
  }

  /** Milliseconds since the last claim was given up; 0 while one is held. */
  get restedMs(): number {
    return this.size > 0 ? 0 : Date.now() - this.closedAt;
  }

  /** Ends the running steps of a run. Where a reason was given before, that one stays. */
  stop(runId: string, reason: StopReason): void {
    this.held.get(runId)?.controller.abort(reason);
  }

  stopAll(reason: StopReason): void {
    for (const { controller } of this.held.values()) controller.abort(reason);
  }

  /** From now on no step starts; runs are handed over once their running steps have ended. */
  drain(): void {
    this.isDraining = true;
  }

  get draining(): boolean {
    return this.isDraining;
  }
}
