import type { Db } from "../db/client";
import type { Claims } from "./claims";
import { atFailpoints } from "./failpoints";
import { sealLeftovers } from "./seal-leftovers";

/** How long nothing is in hand before logs are sealed, and how often they are looked for then. */
const REST_MS = 1_000;
const LOOK_MS = 5_000;
/** See `SealOptions`. */
const SETTLED_MS = 40_000;

/** Seals this worker's logs while no run is in hand, and in any case every `due_ms`. */
export class LogSealer {
  private sealedAt = 0;
  private isDone = false;

  constructor(
    private readonly db: Db,
    private readonly claims: Claims,
    private readonly workerId: () => string,
    private readonly due_ms: number,
  ) {}

  /** Rows were left to be made files of. */
  readonly remind = (): void => {
    this.isDone = false;
  };

  /** To be called every second or so. */
  async tick(): Promise<void> {
    const since = Date.now() - this.sealedAt;
    const isDue = since > this.due_ms;
    const rests = !this.isDone && since > LOOK_MS && this.claims.restedMs > REST_MS;
    if (!isDue && !rests) return;
    this.sealedAt = Date.now();
    // With no run in hand nothing is on its way to the rows.
    this.isDone = this.claims.size === 0;
    const options = {
      worker_id: this.workerId(),
      settled_ms: Math.min(SETTLED_MS, this.due_ms),
      goesOn: () => isDue || this.claims.size === 0,
    };
    const all = await atFailpoints("seal-leftovers", () => sealLeftovers(this.db, options));
    this.isDone &&= all;
  }
}
