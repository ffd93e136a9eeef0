// Rows of a project as the document's examples show them.

export const ID = {
  project: "p3vq0zghk1x8a7b2c4d5e6fm",
  user: "u7k2m9w4s1d6f3g8h5j0l2qa",
  definition: "d1x5c9v3b7n2m6q0w4e8r1ty",
  run: "r8t4y1u6i2o9p5a3s7d0f4gh",
  step: "s2j6k1l8z4x9c3v7b0n5m1wq",
  attempt: "a6s2d8f4g1h7j3k9l5z0x2cv",
  comment: "c9b5n1m7q3w8e2r6t0y4u9io",
  artifact: "f4d8s2a6p1o7i3u9y5t0r2ew",
  session: "n5m1b7v3c9x2z8l4k0j6h1gf",
  browser: "b4n8m2q6w0e3r7t1y5u9i2op",
  token: "t3r9e5w1q7p2o8i4u0y6t3re",
  trigger: "g6h2j8k4l0z5x1c7v3b9n5mq",
  message: "m7c1v5b9n3m8q2w6e0r4t8yu",
  review: "v8c3x7z1l5k9j2h6g0f4d8sa",
  request: "q4z8x2c6v0b5n9m3l7k1j4hg",
  group: "h5t1y7u3i9o2p6a0s4d8f1gj",
  label: "l4k8j2h6g0f5d9s3a7p1o5iu",
};
const SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const SNAPSHOT = "5b0f3a9c1d7e2468ace013579bdf02468ace1357";
export const at = (time: string) => `2026-03-04T${time}.000Z`;

export const project = {
  id: ID.project,
  name: "Website",
  slug: "website",
  path: "/srv/phaseboard/projects/website",
  made_by_us: true,
  max_concurrent_runs: 4,
  log_bytes: 16_777_216,
  workspace: null,
  shared_at_once: false,
  workspace_hours: 24,
  archive_days: null,
  retention: { logs: "30d", artifacts: "30d" },
  git_secret: "GIT_TOKEN",
  git_user: null,
  git_api_url: null,
  created_at: at("08:00:00"),
  updated_at: at("08:00:00"),
  role: "maintainer",
};

export const auditEntry = {
  id: "n3v8q1k5w2r9t4y7u6p0s3dx",
  created_at: at("09:12:00"),
  action: "members.update",
  outcome: "done",
  actor_type: "user",
  actor_id: ID.user,
  actor_name: "Ada Lovelace",
  session_id: null,
  token_id: null,
  address: "192.0.2.7",
  project_id: ID.project,
  project_name: "Website",
  target_type: "user",
  target_id: ID.user,
  target_name: "Grace Hopper",
  before: { role: "member" },
  after: { role: "maintainer" },
};

export const member = {
  project_id: ID.project,
  user_id: ID.user,
  name: "Ada Lovelace",
  email: "ada@example.com",
  role: "member",
  own_role: "member",
  groups: [],
  disabled: false,
  created_at: at("08:05:00"),
};

export const group = {
  id: ID.group,
  name: "Engineering",
  claim: "groups=engineering",
  members_count: 12,
  projects_count: 3,
  created_at: at("08:00:00"),
};

export const projectGroup = {
  project_id: ID.project,
  group_id: ID.group,
  name: "Engineering",
  role: "member",
  members_count: 12,
  created_at: at("08:05:00"),
};

export const person = {
  id: ID.user,
  email: "ada@example.com",
  name: "Ada Lovelace",
  is_admin: false,
  status: "active",
  has_password: true,
  has_provider: false,
  groups: ["Engineering"],
  link_expires_at: null,
  last_sign_in_at: at("08:00:00"),
  created_at: at("08:00:00"),
};

export const account = {
  id: ID.user,
  email: "ada@example.com",
  name: "Ada Lovelace",
  is_admin: false,
  created_at: at("08:00:00"),
};

export const installation = {
  session_idle_days: 14,
  session_days: 90,
  token_days: 365,
  retention: { runs: "90d", keep_last: 50 },
  project_quota_bytes: 10_737_418_240,
};

export const taken = {
  artifacts_bytes: 1_048_576,
  logs_bytes: 524_288,
  workspaces_bytes: 73_400_320,
  taken_bytes: 74_973_184,
  counted_at: at("10:00:00"),
  own_quota_bytes: null,
  quota_bytes: 10_737_418_240,
};

export const browser = {
  id: ID.browser,
  device: "Firefox on Linux",
  address: "192.0.2.17",
  current: false,
  last_seen_at: at("09:30:00"),
  expires_at: "2026-06-02T08:00:00.000Z",
  created_at: at("08:00:00"),
};

export const token = {
  id: ID.token,
  name: "CI",
  scopes: ["read", "run"],
  project_id: ID.project,
  project_name: "Website",
  prefix: "pb_4fT9x",
  expires_at: null,
  last_used_at: at("09:10:00"),
  revoked_at: null,
  created_at: at("08:10:00"),
};

export const source = `name: Ship a release
phases: [build, test]
steps:
  - id: build
    phase: build
    type: script
    run: npm run build
  - id: unit
    phase: test
    type: script
    run: npm test
`;

export const definitionItem = {
  id: ID.definition,
  project_id: ID.project,
  name: "Ship a release",
  slug: "ship-a-release",
  description: "Build, test and publish",
  type: "yaml",
  path: ".agent/workflows/definitions/ship-a-release.yaml",
  phases: ["build", "test"],
  args_schema: {
    type: "object",
    properties: { channel: { type: "string", enum: ["beta", "stable"], default: "beta" } },
  },
  is_template: false,
  status: "active",
  load_error: null,
  disabled_at: null,
  revision: 3,
  runs_count: 12,
  created_at: at("08:20:00"),
  updated_at: at("08:50:00"),
};

export const templateItem = {
  id: "release",
  slug: "release",
  type: "yaml",
  name: "Release",
  description: "Builds and tests, asks a maintainer, and publishes.",
  phases: ["build", "test", "publish"],
  project: null,
};

export const revision = {
  number: 3,
  sha256: SHA256,
  created_by: "Ada Lovelace",
  created_at: at("08:50:00"),
};

export const definition = {
  ...definitionItem,
  source,
  source_sha256: SHA256,
  steps: [
    {
      id: "build",
      name: "build",
      phase: "build",
      kind: "script",
      needs: [],
      is_conditional: false,
      rework: null,
    },
    {
      id: "unit",
      name: "unit",
      phase: "test",
      kind: "script",
      needs: ["build"],
      is_conditional: false,
      rework: null,
    },
  ],
  disabled_by: null,
  badge_path: `/api/workflows/${ID.definition}/badge.svg`,
  is_badge_public: false,
  tokens: 18_480,
  cost: 0.24,
  currency: "USD",
  revisions: [revision],
  revisions_next_cursor: null,
};

export const args = { channel: "stable" };

export const run = {
  id: ID.run,
  project_id: ID.project,
  user_id: ID.user,
  workflow_definition_id: ID.definition,
  revision: 3,
  number: 12,
  name: "Ship 1.4.0",
  args,
  args_bytes: 20,
  current_phase: "test",
  current_step_index: 1,
  status: "running",
  error_message: null,
  first_error: null,
  output: null,
  output_bytes: null,
  output_url: null,
  priority: 0,
  labels: [{ id: ID.label, name: "release", color: "blue" }],
  assignee_id: ID.user,
  assignee_name: "Ada Lovelace",
  trigger: { kind: "schedule", key: "nightly" },
  changes: { files: 4, additions: 120, deletions: 8 },
  pull_request: { url: "https://github.com/acme/website/pull/38", number: 38 },
  pinned_at: null,
  logs_removed_at: null,
  artifacts_removed_at: null,
  tokens: 1540,
  cost: 0.02,
  currency: "USD",
  budget: null,
  over_budget: null,
  started_at: at("09:00:01"),
  completed_at: null,
  paused_at: null,
  cancelled_at: null,
  archived_at: null,
  acknowledged_at: null,
  waiting_since: null,
  rested_ms: 0,
  created_at: at("09:00:00"),
  updated_at: at("09:01:30"),
};

const { output: _output, output_bytes: _bytes, output_url: _url, ...rowInList } = run;

export const view = {
  id: "w2k8j4h6g0f1d5s9a3p7o2iu",
  project_id: ID.project,
  name: "Failed releases",
  query: "status=failed&label=release",
  shared: true,
  created_by: ID.user,
  created_at: at("08:00:00"),
  updated_at: at("08:00:00"),
};

export const label = {
  id: ID.label,
  project_id: ID.project,
  name: "release",
  color: "blue",
  created_at: at("08:00:00"),
  updated_at: at("08:00:00"),
};

export const runInList = { ...rowInList, waiting_for: null, ask: null };
export const pendingRun = {
  ...run,
  status: "pending",
  current_phase: "build",
  current_step_index: 0,
  changes: null,
  pull_request: null,
  started_at: null,
  updated_at: run.created_at,
};

export const changedFile = {
  path: "src/version.ts",
  old_path: null,
  status: "modified",
  kind: "file",
  similarity: null,
  additions: 1,
  deletions: 1,
  is_binary: false,
  is_generated: false,
  old_mode: "100644",
  new_mode: "100644",
  old_id: "8ab686eafeb1f44702738c8b0f24f2567c36da6d",
  new_id: "257cc5642cb1a054f08cc83f2d943e56fd3ebe99",
  old_size: null,
  new_size: null,
  old_url: `/api/workflow-executions/${ID.run}/changes/file?path=src%2Fversion.ts&side=old`,
  new_url: `/api/workflow-executions/${ID.run}/changes/file?path=src%2Fversion.ts&side=new`,
  too_large: false,
  hunks: [
    {
      old_start: 1,
      old_lines: 2,
      new_start: 1,
      new_lines: 2,
      section: "",
      lines: [
        ' export const name = "site";',
        '-export const version = "1.3.0";',
        '+export const version = "1.4.0";',
      ],
      old_no_newline: false,
      new_no_newline: false,
    },
  ],
};

export const changes = {
  items: [changedFile],
  next_cursor: null,
  from: "5f2c1d8a0b7e4c93d6a1f08b2e7c4d9a3b6f1e05",
  to: "c7d3a9e1f4b80265c1d7e3f9a5b2048d6c1e7f3a",
  base: "main",
  branch: "phaseboard/12-ship-1-4-0",
  files: 1,
  additions: 1,
  deletions: 1,
  note: null,
};

export const session = {
  id: ID.session,
  project_id: ID.project,
  agent: "claude",
  status: "completed",
  protocol_session_id: "7c9e6679-7425-40de-944b-e07fc1f90ae7",
  transcript_path: `.agent/workflows/executions/${ID.run}/sessions/${ID.session}.jsonl`,
  takes_messages: false,
  usage: { input_tokens: 1200, output_tokens: 340 },
  tokens: 1540,
  cost: null,
  currency: null,
  worked_ms: 74_000,
  started_at: at("09:00:02"),
  completed_at: at("09:01:20"),
  created_at: at("09:00:02"),
  updated_at: at("09:01:20"),
};

export const message = {
  id: ID.message,
  workflow_run_id: ID.run,
  workflow_run_step_id: ID.step,
  agent_session_id: null,
  attempt: null,
  text: "Please write the tests, too.",
  interrupt: false,
  status: "queued",
  created_by: ID.user,
  created_by_name: "Ada Lovelace",
  delivered_at: null,
  created_at: at("09:00:50"),
  updated_at: at("09:00:50"),
};

export const permissionRequest = {
  id: ID.request,
  agent_session_id: ID.session,
  workflow_run_step_id: ID.step,
  attempt: 1,
  tool_call: {
    id: "call_7",
    title: "npm publish",
    kind: "execute",
    locations: [],
    content: [],
    input: '{ "command": "npm publish" }',
    is_cut: false,
  },
  options: [
    { option_id: "allow", name: "Allow once", kind: "allow_once" },
    { option_id: "reject", name: "Reject", kind: "reject_once" },
  ],
  status: "answered",
  option_id: "allow",
  answered_by: ID.user,
  answered_by_name: "Ada Lovelace",
  answered_at: at("09:01:05"),
  created_at: at("09:00:40"),
};

export const step = {
  id: ID.step,
  workflow_run_id: ID.run,
  step_id: "build",
  name: "Build the package",
  kind: "script",
  phase: "build",
  position: 0,
  status: "completed",
  attempt: 1,
  output: { version: "1.4.0" },
  output_bytes: 20,
  output_url: null,
  log_directory_path: `.agent/workflows/executions/${ID.run}/logs/build`,
  error_message: null,
  errors: null,
  error_excerpt: null,
  error_line: null,
  continue_on_error: false,
  waiting_for: null,
  wake_at: null,
  request: null,
  stalled_since: null,
  agent_session_id: null,
  tokens: null,
  cost: null,
  currency: null,
  started_at: at("09:00:01"),
  completed_at: at("09:01:30"),
  created_at: at("09:00:00"),
  updated_at: at("09:01:30"),
  agent_session: null,
  session: null,
};

export const attempt = {
  id: ID.attempt,
  number: 1,
  status: "completed",
  output: { version: "1.4.0" },
  output_bytes: 20,
  output_url: null,
  error_message: null,
  errors: null,
  exit_code: 0,
  signal: null,
  log_directory_path: `.agent/workflows/executions/${ID.run}/logs/build/1`,
  file_missing: false,
  logs_removed_at: null,
  worker_id: "w1e7r3t9y5u1i7o3p9a5s1df",
  agent_session_id: null,
  started_at: at("09:00:01"),
  completed_at: at("09:01:30"),
};

export const artifact = {
  id: ID.artifact,
  workflow_run_id: ID.run,
  workflow_run_step_id: ID.step,
  step_id: "build",
  workflow_comment_id: null,
  name: "report.pdf",
  file_path: `.agent/workflows/executions/${ID.run}/artifacts/build/report.pdf`,
  file_type: "document",
  mime_type: "application/pdf",
  size_bytes: 48_213,
  sha256: SHA256,
  file_missing: false,
  removed_at: null,
  created_at: at("09:01:29"),
  updated_at: at("09:01:29"),
};
export const attached = { ...artifact, workflow_comment_id: ID.comment, updated_at: at("09:05:00") };

export const comment = {
  id: ID.comment,
  workflow_run_id: ID.run,
  workflow_run_step_id: ID.step,
  text: "The **report** is attached.",
  mentions: [],
  comment_type: "user",
  created_by: ID.user,
  created_by_name: "Ada Lovelace",
  creator: { id: ID.user, name: "Ada Lovelace" },
  review_id: null,
  parent_id: null,
  anchor: null,
  resolved_at: null,
  resolved_by: null,
  resolved_by_name: null,
  artifacts: [attached],
  artifacts_next_cursor: null,
  created_at: at("09:05:00"),
  updated_at: at("09:05:00"),
};

/** Of a line of a log; its thread is resolved. */
export const logComment = {
  ...comment,
  text: "Halves go to the even neighbour here.",
  anchor: {
    kind: "log",
    step_id: "build",
    attempt: 1,
    line: 12,
    start_line: null,
    quote: "✕ rounds half to even",
  },
  artifacts: [],
};

export const commentLines = {
  comment_id: ID.comment,
  path: "src/app.ts",
  side: "new",
  line: 14,
  start_line: null,
  quote: null,
};

export const decision = {
  attempt: 1,
  user_id: ID.user,
  user_name: "Ada Lovelace",
  decision: "approve",
  note: "Looks good.",
  answer: null,
  snapshot: SNAPSHOT,
  created_at: at("09:04:00"),
};

export const review = {
  id: ID.review,
  workflow_run_id: ID.run,
  workflow_run_step_id: ID.step,
  attempt: 1,
  user_id: ID.user,
  user_name: "Ada Lovelace",
  decision: "request_changes",
  text: "Nearly there.",
  snapshot: SNAPSHOT,
  created_at: at("09:06:00"),
  comments_count: 1,
};

export const schedule = {
  id: ID.trigger,
  run_name: null,
  workflow_definition_id: ID.definition,
  key: "nightly",
  kind: "schedule",
  enabled: true,
  args: { channel: "beta" },
  on_behalf_of: "Ada Lovelace",
  cron: "0 3 * * *",
  timezone: "Europe/Berlin",
  overlap: "skip",
  in_words: "At 03:00",
  next_run_at: "2026-03-05T02:00:00.000Z",
  next_times: ["2026-03-05T02:00:00.000Z", "2026-03-06T02:00:00.000Z"],
  last_fired_at: "2026-03-04T02:00:00.000Z",
  last_run: { id: ID.run, number: run.number, name: run.name, status: "running" },
  last_error: null,
};

export const secret = {
  project_id: ID.project,
  name: "NPM_TOKEN",
  created_at: at("08:30:00"),
  updated_at: at("08:30:00"),
};

/** Of a run whose first step of three is done. */
export const stepCounts = { pending: 1, running: 1, completed: 1, failed: 0, skipped: 0 };

const definitionOfRun = {
  id: ID.definition,
  name: definition.name,
  slug: definition.slug,
  phases: definition.phases,
  path: definition.path,
  newest_revision: 3,
};

export const runDetails = {
  snapshot: SNAPSHOT,
  ...run,
  user_name: "Ada Lovelace",
  waiting_for: null,
  definition: definitionOfRun,
  workflow_definition: definitionOfRun,
  step_counts: stepCounts,
  followed: true,
  followers_count: 2,
  agents_count: 0,
  log_bytes: 0,
  comments_count: 1,
  open_threads_count: 0,
  artifacts_count: 1,
  steps: [step],
  steps_next_cursor: null,
  comments: [comment],
  comments_next_cursor: null,
  artifacts: [attached],
  artifacts_next_cursor: null,
};

/** As it is answered to who starts it. */
export const newRun = {
  ...runDetails,
  ...pendingRun,
  waiting_for: {
    kind: "place",
    since: run.created_at,
    until: null,
    step_id: null,
    run_id: null,
    limit: null,
  },
  step_counts: { ...stepCounts, pending: 1, running: 0, completed: 0 },
  comments_count: 0,
  artifacts_count: 0,
  steps: [
    {
      ...step,
      status: "pending",
      attempt: 0,
      output: null,
      output_bytes: null,
      log_directory_path: null,
      started_at: null,
      completed_at: null,
      updated_at: run.created_at,
    },
  ],
  comments: [],
  artifacts: [],
};
