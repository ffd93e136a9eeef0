import type { Claim, Hold, StopReason } from "../engine/ports";

interface Held {
  claim: Claim;
  controller: AbortController;
}

/** The claims that this process holds, and how the outside reaches them. */
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
        // A later claim of the same run may be in its place by now.
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

  /** Of a claim that this process holds no more: aborted, as lost. */
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

  /** For how long none was held, in milliseconds. */
  get restedMs(): number {
    return this.size > 0 ? 0 : Date.now() - this.closedAt;
  }

  /** Ends the step in flight of a run; the first reason stays, except that a lost claim overrules nothing. */
  stop(runId: string, reason: StopReason): void {
    this.held.get(runId)?.controller.abort(reason);
  }

  stopAll(reason: StopReason): void {
    for (const { controller } of this.held.values()) controller.abort(reason);
  }

  /** From now on no step is started: runs are handed over once the step in flight has ended. */
  drain(): void {
    this.isDraining = true;
  }

  get draining(): boolean {
    return this.isDraining;
  }
}
