import { findBox } from "../box/find-box";
import type { RunBox } from "../box/run-box";
import type { RunFacts } from "../engine/run/ports";
import { createBoxes } from "../worker/boxes";

/** The boxes that PHASEBOARD_SANDBOX says: none, unless whoever starts the tests wants them. */
export async function testBoxes(dataDir: string): Promise<(run: RunFacts) => RunBox> {
  return createBoxes(await findBox(), dataDir);
}
