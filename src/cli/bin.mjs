#!/usr/bin/env node
// Runs before anything is built or checked, so it uses only syntax that every Node version understands.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const NEEDED = [20, 19];
const WITH_PAGES = ["start", "web", "build"];

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  fail(
    `Phaseboard needs Node ${NEEDED.join(".")} or newer and this is ${process.versions.node}. Install a newer Node.`,
  );
}
const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
if (!existsSync(join(root, "node_modules")) && !root.includes("node_modules")) {
  fail("Phaseboard's packages are not installed. Run npm install first.");
}

const { buildWhereNeeded, BuildError, DIST } = await import("./build.mjs");
const words = process.argv.slice(2);
const web = WITH_PAGES.includes(words[0] ?? "") && !words.includes("--dev") && !words.includes("--help");
try {
  const say = (line) => process.stderr.write(`${line} …\n`);
  await buildWhereNeeded({ web: false, say });
  if (web) {
    if (words[0] === "start") await refuseWrongSettings();
    await buildWhereNeeded({ web, say });
  }
} catch (error) {
  if (!(error instanceof BuildError)) throw error;
  fail(
    `${error.message}\n\nThe build failed. Mend what it says, or run npm install again if packages are missing.`,
  );
}
await import(join(DIST, "main.js"));

/** Check settings before the pages are built, which takes a minute or two. */
async function refuseWrongSettings() {
  const { findWrongSetting } = await import(join(DIST, "check-settings.js"));
  const fault = await findWrongSetting();
  if (fault) fail(fault);
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
