import { expect, it } from "vitest";
import { bundleProgram } from "../test/bundle";
import { runSeed } from "./run-seed";

const CACHE = "node_modules/.cache/phaseboard-test";

it("24 runs of every kind end right while workers and Postgres are killed, frozen and cut off", async () => {
  const result = await runSeed({
    seed: 20,
    runs: 24,
    workers: 3,
    span: 15_000,
    outage: 3_000,
    patience: 180_000,
    program: [await bundleProgram("src/test/worker-entry.ts", `${CACHE}/chaos-worker-${process.pid}.mjs`)],
    agent: await bundleProgram("src/chaos/agent.ts", `${CACHE}/chaos-agent-${process.pid}.mjs`),
    log: () => {},
  });
  expect(result.faults).toEqual([]);
}, 400_000);
