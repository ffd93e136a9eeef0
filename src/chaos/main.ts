import { join } from "node:path";
import { parseArgs } from "node:util";
import { packageRoot } from "../lib/package-root";
import { runSeed } from "./run-seed";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1" },
    seed: { type: "string", default: "1" },
    runs: { type: "string", default: "200" },
    workers: { type: "string", default: "3" },
    verbose: { type: "boolean", default: false },
  },
});
const say = (line: string) => process.stdout.write(`${line}\n`);
const dist = join(packageRoot(), "dist");
const first = Number(values.seed);
let failed = 0;

for (let seed = first; seed < first + Number(values.seeds); seed++) {
  const { faults, folder, summary } = await runSeed({
    seed,
    runs: Number(values.runs),
    workers: Number(values.workers),
    span: 45_000,
    outage: 10_000,
    patience: 120_000,
    program: [join(dist, "worker.js")],
    agent: join(dist, "chaos", "agent.js"),
    log: values.verbose ? say : () => {},
  });
  say(`seed ${seed}: ${faults.length === 0 ? "proved" : "FAILED"} (${summary})`);
  if (faults.length === 0) continue;
  failed++;
  for (const fault of faults) say(`  ${fault}`);
  say(`  its files are in ${folder}; again: npm run chaos -- --seed ${seed} --runs ${values.runs}`);
}
say(failed === 0 ? "every seed was proved" : `${failed} seeds failed`);
process.exit(failed === 0 ? 0 : 1);
