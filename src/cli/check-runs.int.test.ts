import { sql } from "drizzle-orm";
import { expect, it } from "vitest";
import { testDatabase } from "../test/database";
import { type MadeProject, makeProject, makeRun, scriptStep } from "../test/factories";
import { checkRuns } from "./check-runs";

const database = testDatabase({ fresh: true });

/** A run that has been ready to continue for a minute, without a job for it. */
async function strand(made: MadeProject): Promise<string> {
  const { run } = await makeRun(database.db, made);
  await database.db.execute(sql`
    update workflow_runs set status = 'running', updated_at = now() - interval '1 minute' where id = ${run.id}`);
  return run.id;
}

it("says what disagrees, in which runs, and who mends it", async () => {
  expect(await checkRuns(database.db, 1)).toEqual([
    { verdict: "ok", subject: "runs", text: "rows, jobs and workers agree" },
  ]);
  const made = await makeProject(database.db, { steps: [scriptStep("one", "true")] });
  const first = await strand(made);
  expect(await checkRuns(database.db, 1)).toEqual([
    {
      verdict: "warn",
      subject: "runs",
      text: `1 run wants to go on and has no job (${first}); workers mend it within seconds; if it stays, their log says why`,
    },
  ]);
  for (let run = 0; run < 3; run++) await strand(made);
  const [found] = await checkRuns(database.db, 0);
  expect(found?.text).toMatch(
    /^4 runs want to go on and have no job \(\w+, \w+, \w+, …\); a worker mends it/,
  );
});
