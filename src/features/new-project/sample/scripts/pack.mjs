// Packs what would be published, without a registry, and says what came of it.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const { CHANNEL = "beta", NOTE = "", PHASEBOARD_ARTIFACTS, PHASEBOARD_OUTPUT } = process.env;

rmSync("release", { recursive: true, force: true });
mkdirSync("release");
const packed = execFileSync(
  "npm",
  ["pack", "--json", "--offline", "--ignore-scripts", "--pack-destination", "release"],
  {
    encoding: "utf8",
    env: { ...process.env, npm_config_cache: "release/.npm", npm_config_update_notifier: "false" },
    shell: process.platform === "win32",
  },
);
rmSync("release/.npm", { recursive: true, force: true });

const [{ filename, files }] = JSON.parse(packed);
const bytes = readFileSync(`release/${filename}`);
const sha256 = createHash("sha256").update(bytes).digest("hex");
for (const { path, size } of files) console.log(`${String(size).padStart(7)}  ${path}`);
console.log(`\n${filename} for ${CHANNEL}: ${bytes.length} bytes, sha256 ${sha256}`);

const release = { file: `release/${filename}`, size: bytes.length, sha256, channel: CHANNEL, note: NOTE };
if (PHASEBOARD_ARTIFACTS)
  writeFileSync(`${PHASEBOARD_ARTIFACTS}/release.json`, `${JSON.stringify(release, null, 2)}\n`);
if (PHASEBOARD_OUTPUT) writeFileSync(PHASEBOARD_OUTPUT, JSON.stringify(release));
