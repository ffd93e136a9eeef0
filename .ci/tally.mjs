// Adds up the reports that the tests left: `N passed, N failed`, below what failed and why, or passed at its second
// try, since a log of an hour ends here. The argument is how many commands failed beside them; a report that is missing
// or cannot be read counts as a failure, since its tests did not run.
import { readFile } from "node:fs/promises";
import { relative } from "node:path";
import { stripVTControlCharacters } from "node:util";

const REPORTS = ["unit", "unit-node-22", "unit-node-24", "integration", "e2e"];
const MAX_LINES = 12;

let passed = 0;
let failed = 0;
for (const name of REPORTS) {
  const report = await readFile(`test-results/reports/${name}.json`, "utf8").then(JSON.parse, () => null);
  if (!report) {
    failed++;
    tell("failed", `${name}:`, "it left no report", []);
  } else if (report.stats) {
    passed += report.stats.expected;
    // What passed on its second try counts as passed, and is named.
    passed += report.stats.flaky;
    failed += report.stats.unexpected + (report.errors?.length ?? 0);
    tellOfBrowser(name, report);
  } else {
    passed += report.numPassedTests;
    const suites = report.testResults.filter(
      (file) => file.status === "failed" && file.assertionResults.length === 0,
    );
    failed += report.numFailedTests + suites.length;
    tellOfVitest(name, report);
  }
}
if (failed === 0) failed += Number(process.argv[2] ?? 0);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 ? 1 : 0;

function tellOfVitest(name, { testResults }) {
  for (const file of testResults) {
    const where = `${name}: ${relative(process.cwd(), file.name)}`;
    if (file.status === "failed" && file.assertionResults.length === 0)
      tell("failed", where, "", [file.message]);
    for (const { status, fullName, failureMessages } of file.assertionResults) {
      if (status === "failed") tell("failed", where, fullName, failureMessages);
      // Vitest keeps what the first try said.
      else if (failureMessages.length > 0) tell("passed at its second try", where, fullName, failureMessages);
    }
  }
}

function tellOfBrowser(name, { suites, errors = [] }) {
  for (const { message } of errors) tell("failed", name, "", [message]);
  for (const { file, line, title, tests } of suites.flatMap(specsOf)) {
    for (const { status, results } of tests) {
      if (status !== "unexpected" && status !== "flaky") continue;
      const messages = results.flatMap((result) => result.errors.map(({ message }) => message));
      tell(
        status === "flaky" ? "passed at its second try" : "failed",
        `${name}: e2e/${file}:${line}`,
        title,
        messages,
      );
    }
  }
}

function specsOf({ specs, suites = [] }) {
  return [...specs, ...suites.flatMap(specsOf)];
}

function tell(what, where, title, messages) {
  process.stdout.write(`${what}: ${where} ${title}\n`);
  for (const message of messages) {
    const lines = stripVTControlCharacters(message ?? "").split("\n");
    const ours = lines.filter((line) => !line.includes("node_modules"));
    for (const line of ours.slice(0, MAX_LINES)) process.stdout.write(`    ${line}\n`);
  }
}
