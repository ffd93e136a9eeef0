import type { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { StopReason } from "../../engine/run/ports";
import { endTree, type TreeQuery } from "../../lib/process-tree";
import type { AgentEnd } from "./agent-end";

/** Milliseconds from SIGTERM to SIGKILL at the end of the work, and when it is broken off. */
const END_GRACE_MS = 2_000;
const STOP_GRACE_MS = 10_000;
const HANDOVER_GRACE_MS = 3_000;
/** Milliseconds for the agent to exit after its turn, or after it closed its output. */
export const BY_ITSELF_MS = 1_000;

/** Keeps no process alive. */
export const pause = (ms: number) => sleep(ms, null, { ref: false });

/** True where the agent is ended in the midst of its work. */
export const isBrokenOff = (why: AgentEnd["why"]) => why === "stopped" || why === "timeout";

/** Ends an agent's process and all that it started. `signal` is the attempt's: where the claim is lost, at once. */
export async function endProcess(
  why: AgentEnd["why"],
  {
    query,
    stdin,
    exited,
    signal,
  }: { query: TreeQuery; stdin: Writable; exited: Promise<unknown>; signal: AbortSignal },
): Promise<void> {
  stdin.end();
  if (why === "turn") await Promise.race([exited, pause(BY_ITSELF_MS)]);
  const isHandedOver = why === "stopped" && (signal.reason as StopReason) === "handover";
  const grace_ms = isHandedOver ? HANDOVER_GRACE_MS : isBrokenOff(why) ? STOP_GRACE_MS : END_GRACE_MS;
  const ending = endTree(query, { grace_ms });
  const onLost = () => {
    if (signal.reason === "lost") void endTree(query, { grace_ms: 0 });
  };
  signal.addEventListener("abort", onLost);
  await ending.finally(() => signal.removeEventListener("abort", onLost));
}
