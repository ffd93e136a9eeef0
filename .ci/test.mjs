// `npm test`: every check, one after the other. One that fails does not hide what the later ones find.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";

const SCRIPTS = [
  "check:lint",
  "check:types",
  "check:architecture",
  "check:unused",
  "check:lock",
  "test:unit",
  "test:integration",
  "test:e2e",
];

rmSync("test-results/reports", { recursive: true, force: true });
const failed = SCRIPTS.filter(
  (script) => spawnSync("npm", ["run", script], { stdio: "inherit" }).status !== 0,
);
process.stdout.write(failed.length > 0 ? `\nFailed: ${failed.join(", ")}\n` : "\nEvery check passed\n");
process.exitCode = failed.length > 0 ? 1 : 0;
