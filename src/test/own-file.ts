// Runs ahead of each file of tests. Files share a process and its modules, which saves loading them once for each; what
// a file leaves behind in the process goes with it: what `lib/per-process.ts` holds, and changes of the environment.
import { afterAll } from "vitest";

const before = { ...process.env };

afterAll(() => {
  (globalThis as { phaseboard?: Map<string, unknown> }).phaseboard?.clear();
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
});
