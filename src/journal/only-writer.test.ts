import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { packageRoot } from "../lib/package-root";

/** What runs in no product, and the one road itself. */
const ELSEWHERE = /^(test|bench|chaos|journal)\/|\.test\.tsx?$|^features\/new-project\/sample\//;
/** From the name of the table to the end of what is set. */
const BY_TEXT =
  /(?:update|insert into) workflow_run(?:s|_steps|_step_attempts)\b[\s\S]*?(?= where |\bwhere\b|\bfrom\b|`)/g;
const BY_BUILDER =
  /\.(?:update|insert)\(workflowRun(?:s|Steps|StepAttempts)\)[\s\S]*?(?=\.where\(|\.returning\(|;)/g;
const SETS_STATUS = /(?<![\w.])status(?:\s*=(?!=)|:|\s*[,}])/;

it("nothing but the journal writes the status of a run, a step or an attempt", () => {
  const root = join(packageRoot(), "src");
  const writers: string[] = [];
  let seen = 0;
  for (const path of readdirSync(root, { recursive: true }) as string[]) {
    if (!/\.tsx?$/.test(path)) continue;
    const source = readFileSync(join(root, path), "utf8");
    const writes = [...source.matchAll(BY_TEXT), ...source.matchAll(BY_BUILDER)].map(([text]) => text);
    const isJournal = path.startsWith("journal/");
    const status = writes.filter((text) => SETS_STATUS.test(text));
    if (isJournal && !path.endsWith(".test.ts")) seen += status.length;
    if (!ELSEWHERE.test(path)) writers.push(...status.map((text) => `${path}: ${text}`));
  }
  expect(writers).toEqual([]);
  // The search itself finds what it looks for.
  expect(seen).toBeGreaterThan(3);
});
