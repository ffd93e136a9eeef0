// Runs every example of the README that states its result: `parse("1h"); // → 3600000`.
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import * as timespan from "../dist/index.js";

const examples = [...readFileSync("README.md", "utf8").matchAll(/^(.+); \/\/ → (.+)$/gm)];
const evaluate = (code) =>
  new Function(...Object.keys(timespan), `return ${code}`)(...Object.values(timespan));

let wrong = 0;
for (const [, code, expected] of examples) {
  const actual = evaluate(code);
  const right = isDeepStrictEqual(actual, evaluate(expected));
  if (!right) wrong++;
  console.log(
    `${right ? "✔" : "✖"} ${code}${right ? "" : ` gives ${JSON.stringify(actual)}, not ${expected}`}`,
  );
}
console.log(`\n${examples.length - wrong} of ${examples.length} examples hold`);
if (examples.length === 0 || wrong > 0) process.exit(1);
