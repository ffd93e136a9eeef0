// Adds up the reports that the tests left: `N passed, N failed`. The argument is how many commands failed beside
// them; a report that is missing or cannot be read counts as a failure, since its tests did not run.
import { readFile } from "node:fs/promises";

const REPORTS = ["unit", "integration", "integration-external", "e2e"];

let passed = 0;
let failed = 0;
for (const name of REPORTS) {
  const report = await readFile(`test-results/reports/${name}.json`, "utf8").then(JSON.parse, () => null);
  if (!report) {
    failed++;
  } else if (report.stats) {
    passed += report.stats.expected;
    // What passed on its second try counts as passed; the list of tests above names it as flaky.
    passed += report.stats.flaky;
    failed += report.stats.unexpected + (report.errors?.length ?? 0);
  } else {
    passed += report.numPassedTests;
    const suites = report.testResults.filter(
      (file) => file.status === "failed" && file.assertionResults.length === 0,
    );
    failed += report.numFailedTests + suites.length;
  }
}
if (failed === 0) failed += Number(process.argv[2] ?? 0);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 ? 1 : 0;
