// Two runs side by side, as the document's examples show them.
import { artifact, changedFile, ID, run, step } from "./rows";

const { id, number, name, workflow_definition_id, revision, trigger, priority, labels } = run;
const { args, args_bytes, changes, tokens, cost, currency, created_at, started_at } = run;
const failed = {
  ...{ id, number, name, workflow_definition_id, revision, trigger, priority, labels, args, args_bytes },
  ...{ changes, tokens, cost, currency, created_at, started_at },
  status: "failed",
  error_message: 'Step "unit" failed: Exited with code 1.',
  first_error: "rounds half to even: expected 2, got 3",
  definition_name: "Ship a release",
  definition_slug: "ship-a-release",
  user_name: "Ada Lovelace",
  base: null,
  base_commit: "8ab686eafeb1f44702738c8b0f24f2567c36da6d",
  output: null,
  output_bytes: null,
  output_digest: null,
  ended_at: "2026-03-04T09:02:10.000Z",
  worked_ms: 130_000,
  waited_ms: 0,
  steps_count: 1,
};
const good = { ...failed, id: "r5q9z3w7k1x8v2c6b4n0m7as", number: 11, name: "Ship 1.3.0" };
const passed = { status: "completed", error_message: null, first_error: null, worked_ms: 96_000 };

const stepOf = {
  id: ID.step,
  status: "completed",
  attempt: 1,
  continue_on_error: false,
  took_ms: 30_000,
  output: null,
  output_bytes: null,
  output_digest: null,
  failures: [],
  tokens: null,
  cost: null,
};

export const comparison = {
  runs: [{ ...good, ...passed }, failed],
  steps: [
    {
      step_id: "unit",
      name: "Run the tests",
      kind: step.kind,
      phase: step.phase,
      of: [
        stepOf,
        { ...stepOf, status: "failed", failures: [{ message: failed.first_error, log_line: 118 }] },
      ],
    },
  ],
  steps_left_out: 0,
  artifacts: [
    {
      step_id: step.step_id,
      name: artifact.name,
      of: [
        { id: artifact.id, size_bytes: artifact.size_bytes, sha256: artifact.sha256, removed: false },
        null,
      ],
    },
  ],
  artifacts_left_out: 0,
};

const file = {
  status: changedFile.status,
  additions: changedFile.additions,
  deletions: changedFile.deletions,
  content_id: changedFile.new_id,
};
export const comparedChanges = {
  files: [{ path: changedFile.path, of: [null, file] }],
  files_left_out: 0,
  runs: [
    { id: good.id, counts: { files: 0, additions: 0, deletions: 0 }, note: null },
    { id, counts: changes, note: null },
  ],
};

export const lastGood = { run: { id: good.id, number: good.number, name: good.name } };

const side = { attempt: 1, first_line: 1, last_line: 2, total_lines: 2, complete: true };
export const comparedLogs = {
  left: { run_id: good.id, ...side },
  right: { run_id: id, ...side },
  part: "all",
  aligned: true,
  rows: [
    {
      same: true,
      left: { n: 1, text: "✓ parses a date (3 ms)", level: null },
      right: { n: 1, text: "✓ parses a date (4 ms)", level: null },
    },
    {
      same: false,
      left: { n: 2, text: "✓ rounds half to even", level: null },
      right: { n: 2, text: "✕ rounds half to even", level: null },
    },
  ],
};
