// `npm test`: every check, then every test. One that fails does not hide what the later ones find.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";

/** They read and write nothing of each other's, so they run at once; each is told of when all are done. */
const CHECKS = ["check:lint", "check:types", "check:architecture", "check:unused", "check:lock"];
const TESTS = ["test:unit", "test:integration", "test:e2e"];

rmSync("test-results/reports", { recursive: true, force: true });
const failed = [];
const checks = await Promise.all(CHECKS.map(async (script) => ({ script, ...(await runQuietly(script)) })));
for (const { script, status, output } of checks) {
  process.stdout.write(output);
  if (status !== 0) failed.push(script);
}
for (const script of TESTS) {
  const { status } = spawnSync("npm", ["run", script], { stdio: "inherit" });
  if (status !== 0) failed.push(script);
}
process.stdout.write(failed.length > 0 ? `\nFailed: ${failed.join(", ")}\n` : "\nEvery check passed\n");
process.exitCode = failed.length > 0 ? 1 : 0;

/** Runs a script of the package, and gives its exit status and all that it said. */
async function runQuietly(script) {
  const child = spawn("npm", ["run", script], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (text) => (output += text));
  }
  const [status] = await once(child, "close");
  return { status, output };
}
