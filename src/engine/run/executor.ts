/**
 * The executor moves one run as far as it goes.
 *
 * Terms
 * - run: one execution of a definition's pinned revision. step: one unit of its work. attempt: one try of a step,
 *   numbered from 1 over the run's whole life.
 * - claim: a worker's right to move a run, numbered by the run's epoch. A later claim makes earlier ones void: their
 *   writes are refused (`ClaimLost`), and their processes end what they still run.
 * - interrupted attempt: recorded as running by a void claim. It runs again under its number, so a step's body runs at
 *   least once and its result is recorded once.
 * - entry: one fact of the run's progress. All entries of a decision are recorded in one transaction. The first starts
 *   of a run are recorded with its claim.
 * - kept: entries of quick steps are first kept in one small row and recorded together some ms later. The steps that
 *   they start begin after that row is written, so a crash cannot give a step another input than the recorded one.
 * - in flight: attempts whose bodies run in this process, in parallel where their `needs` allow it.
 * - wait: an attempt without a process (an approval, a sleep). It is recorded as running and ended by a person or by
 *   time. A run with nothing in flight is released and rests, until a wait ends or a retry is due.
 * - release: giving a claim up while the run goes on later: paused, waiting, or handed over by a process that stops.
 */

import { isAtWork } from "../../model/states";
import { CodeDriver } from "../code/driver";
import { firstEntries } from "./entries";
import { Pass } from "./pass";
import { type AdvanceOutcome, ClaimLost, type EnginePorts } from "./ports";

/**
 * Claims the run and moves it until it ends or rests. Throws on a fault of the engine, after releasing the claim where
 * possible; the queue then tries again later.
 */
export async function advance(runId: string, ports: EnginePorts): Promise<AdvanceOutcome> {
  const asked_at = ports.clock.now();
  let code = null as CodeDriver | null;
  const claimed = await ports.store
    .claim(runId, (claim, state) => {
      // The store may ask more than once: this closes the code of the try before.
      void code?.close();
      code = claim.run.definition.code === undefined ? null : new CodeDriver(claim, ports);
      // The code starts while the claim is being recorded. Its steps start only after that.
      if (!ports.draining() && !state.steps.some(isAtWork)) code?.tell(state);
      return firstEntries(claim, state, ports);
    })
    .catch(async (error: unknown) => {
      await code?.close();
      throw error;
    });
  if (claimed.kind !== "claimed") {
    await code?.close();
    return claimed.kind;
  }
  code?.log.begin();
  const hold = ports.hold(claimed.claim);
  const pass = new Pass(claimed, hold, ports, asked_at, code);
  try {
    return await pass.drive();
  } catch (error) {
    await pass.abandon();
    if (error instanceof ClaimLost) return "lost";
    await ports.store.release(claimed.claim, { requeue: false }).catch(() => {});
    throw error;
  } finally {
    await pass.close();
    hold.close();
  }
}
