import { setTimeout as sleep } from "node:timers/promises";

/** Calls `check` every 20 ms until it is true or `deadline` milliseconds have passed; gives its last result. */
export async function waitFor(check: () => Promise<boolean> | boolean, deadline: number): Promise<boolean> {
  const end = performance.now() + deadline;
  while (!(await check())) {
    if (performance.now() >= end) return false;
    await sleep(20);
  }
  return true;
}
