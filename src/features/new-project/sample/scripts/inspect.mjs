// Says what is here, before anything is built.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const { name, version } = JSON.parse(readFileSync("package.json", "utf8"));
const files = readdirSync("src").filter((file) => file.endsWith(".ts"));
const tests = files.filter((file) => file.endsWith(".test.ts"));

console.log(`${name} ${version} on Node ${process.version} (${process.platform} ${process.arch})\n`);
let lines = 0;
for (const file of files) {
  const count = readFileSync(`src/${file}`, "utf8").split("\n").length - 1;
  lines += count;
  console.log(`${String(count).padStart(5)}  src/${file}`);
}
console.log(`${String(lines).padStart(5)}  in ${files.length} files, ${tests.length} of them tests`);

const output = { name, version, node: process.version, files: files.length, lines };
if (process.env.PHASEBOARD_OUTPUT) writeFileSync(process.env.PHASEBOARD_OUTPUT, JSON.stringify(output));
