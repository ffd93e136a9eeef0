import { setTimeout as sleep } from "node:timers/promises";

/** Asks again every 20 ms until `check` is true or `deadline` milliseconds have passed; gives the last answer. */
export async function waitFor(check: () => Promise<boolean> | boolean, deadline: number): Promise<boolean> {
  const end = performance.now() + deadline;
  while (!(await check())) {
    if (performance.now() >= end) return false;
    await sleep(20);
  }
  return true;
}
