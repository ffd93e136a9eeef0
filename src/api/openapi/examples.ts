import { comparedChanges, comparedLogs, comparison, lastGood } from "./comparison";
import {
  account,
  args,
  artifact,
  at,
  attached,
  attempt,
  auditEntry,
  browser,
  changes,
  comment,
  commentLines,
  decision,
  definition,
  definitionItem,
  group,
  ID,
  installation,
  label,
  logComment,
  member,
  message,
  newRun,
  pendingRun,
  permissionRequest,
  person,
  project,
  projectGroup,
  review,
  revision,
  run,
  runDetails,
  runInList,
  schedule,
  secret,
  session,
  source,
  step,
  stepCounts,
  taken,
  templateItem,
  token,
  view,
} from "./rows";

const COMMIT = "8ab686eafeb1f44702738c8b0f24f2567c36da6d";

/** What a procedure may be sent and what it answers, as tRPC has both; REST's examples are made from it. */
export interface Example {
  input?: Record<string, unknown>;
  output: unknown;
}

const pageOf = (item: unknown) => ({ items: [item], next_cursor: null });
const ofRun = { id: ID.run };
const ofProject = { project_id: ID.project };

const sessionStep = {
  id: ID.step,
  step_id: "notes",
  name: "Write the notes",
  status: "completed",
  workflow_run_id: ID.run,
  run_name: run.name,
  run_number: run.number,
};

const LINK = "https://board.example.com/join?token=…";
const LINK_END = "2026-03-11T08:00:00.000Z";
const invitation = {
  user: {
    ...person,
    status: "invited",
    has_password: false,
    groups: [],
    link_expires_at: LINK_END,
    last_sign_in_at: null,
  },
  url: LINK,
  expires_at: LINK_END,
};
const groupMember = {
  user_id: ID.user,
  name: person.name,
  email: person.email,
  disabled: false,
  created_at: at("08:05:00"),
};

const LOG_LINES = [
  { n: 118, t: "2026-11-21T09:40:20.100Z", stream: "stdout", text: "✓ parses a date", level: null },
  { n: 119, t: "2026-11-21T09:40:20.112Z", stream: "stdout", text: "✕ rounds half to even", level: null },
];
const sizes = { logs_bytes: 7_340_032, artifacts_bytes: 1_048_576, outputs_bytes: 2_048 };
const preview = { runs: 812, logs: 240, artifacts: 96, events: 18_400, bytes: 1_288_490_188, uncounted: 0 };

const listedRun = {
  ...runInList,
  definition_name: definition.name,
  definition_slug: definition.slug,
  user_name: "Ada Lovelace",
  step_counts: stepCounts,
  steps: [
    {
      id: ID.step,
      step_id: "build",
      name: step.name,
      phase: "build",
      status: "completed",
      waiting_for: null,
      stalled_since: null,
      continue_on_error: false,
    },
  ],
  comments_count: 1,
  artifacts_count: 1,
};

/** By procedure. Each stands in the document, and a test holds it against the procedure's own schemas. */
export const EXAMPLES: Record<string, Example> = {
  "users.me": { output: account },
  "users.updateMe": { input: { name: "Ada King" }, output: { ...account, name: "Ada King" } },
  "users.list": { input: { q: "ada" }, output: pageOf(person) },
  "users.invite": { input: { email: person.email, name: person.name, is_admin: false }, output: invitation },
  "users.update": {
    input: { id: ID.user, disabled: true },
    output: { ...person, status: "disabled" },
  },
  "users.resetLink": {
    input: { id: ID.user },
    output: { user: { ...person, link_expires_at: LINK_END }, url: LINK, expires_at: LINK_END },
  },
  "users.makeNameless": {
    input: { id: ID.user },
    output: {
      ...person,
      name: "Former member u7k2",
      email: `${ID.user}@nameless.invalid`,
      status: "nameless",
      has_password: false,
      groups: [],
    },
  },
  "groups.list": { output: pageOf(group) },
  "groups.create": {
    input: { name: group.name, claim: group.claim },
    output: { ...group, members_count: 0, projects_count: 0 },
  },
  "groups.update": { input: { id: ID.group, claim: null }, output: { ...group, claim: null } },
  "groups.delete": { input: { id: ID.group }, output: { id: ID.group } },
  "groups.members": { input: { id: ID.group }, output: pageOf(groupMember) },
  "groups.addMember": { input: { id: ID.group, user_id: ID.user }, output: groupMember },
  "groups.removeMember": { input: { id: ID.group, user_id: ID.user }, output: { user_id: ID.user } },
  "members.listGroups": { input: ofProject, output: pageOf(projectGroup) },
  "members.setGroup": {
    input: { ...ofProject, group_id: ID.group, role: "member" },
    output: projectGroup,
  },
  "members.removeGroup": { input: { ...ofProject, group_id: ID.group }, output: { group_id: ID.group } },
  "members.listOwnerless": {
    output: pageOf({ id: ID.project, name: project.name, slug: project.slug, created_at: at("08:00:00") }),
  },
  "members.takeOver": { input: ofProject, output: { ...member, role: "owner", own_role: "owner" } },
  "sessions.list": { output: pageOf(browser) },
  "sessions.end": { input: { id: ID.browser }, output: { ended: 1 } },
  "sessions.endOthers": { output: { ended: 2 } },
  "tokens.create": {
    input: { name: "CI", scopes: ["run"], project_id: ID.project },
    output: { ...token, last_used_at: null, token: "pb_…" },
  },
  "machineTokens.list": { input: ofProject, output: pageOf(token) },
  "machineTokens.create": {
    input: { ...ofProject, name: "CI", scopes: ["run"] },
    output: { ...token, last_used_at: null, token: "pb_…" },
  },
  "machineTokens.revoke": {
    input: { ...ofProject, id: ID.token },
    output: { ...token, revoked_at: at("10:00:00") },
  },
  "installation.get": { output: installation },
  "installation.update": { input: { token_days: 365 }, output: installation },
  "room.get": {
    output: {
      status: "ok",
      disk: { free_bytes: 53_687_091_200, total_bytes: 214_748_364_800, low_water_bytes: 4_294_967_296 },
    },
  },
  "room.ofProject": { input: ofProject, output: { ...taken, held_by: null } },
  "room.projects": { output: pageOf({ id: ID.project, name: project.name, ...taken }) },
  "room.setQuota": {
    input: { ...ofProject, quota_bytes: 21_474_836_480 },
    output: { ...ofProject, quota_bytes: 21_474_836_480 },
  },
  "tokens.list": { output: pageOf(token) },
  "tokens.revoke": { input: { id: ID.token }, output: { ...token, revoked_at: at("10:00:00") } },
  "projects.create": { input: { name: "Website" }, output: { ...project, role: "owner" } },
  "projects.createSample": {
    output: { ...project, name: "Sample", slug: "sample", role: "owner" },
  },
  "projects.list": {
    output: pageOf({
      ...project,
      active_runs: 2,
      recent_runs: ["running", "paused", "completed", "failed"],
      starred: true,
      last_run_at: project.updated_at,
    }),
  },
  "projects.star": { input: { id: ID.project, starred: true }, output: { id: ID.project, starred: true } },
  "projects.disk": {
    input: { id: ID.project },
    output: {
      artifacts_bytes: 1_048_576,
      snapshots_bytes: 5_242_880,
      workspaces_bytes: 73_400_320,
      workspaces_count: 1,
      runs: [{ id: ID.run, number: run.number, name: run.name, status: run.status, bytes: 73_400_320 }],
    },
  },
  "projects.sizes": {
    input: { id: ID.project },
    output: {
      ...sizes,
      uncounted: 0,
      definitions: [{ id: ID.definition, name: definition.name, slug: definition.slug, runs: 128, ...sizes }],
      runs: [{ id: ID.run, number: run.number, name: run.name, status: run.status, ...sizes }],
    },
  },
  "retention.get": {
    input: { id: ID.project },
    output: {
      own: project.retention,
      installation: installation.retention,
      effective: { ...installation.retention, ...project.retention },
    },
  },
  "retention.preview": { input: { id: ID.project, runs: "90d", keep_last: 50 }, output: preview },
  "retention.previewAll": { input: { runs: "90d", logs: "30d" }, output: preview },
  "projects.get": { input: { id: ID.project }, output: project },
  "projects.update": {
    input: { id: ID.project, max_concurrent_runs: 8 },
    output: { ...project, max_concurrent_runs: 8 },
  },
  "projects.delete": { input: { id: ID.project }, output: { id: ID.project } },
  "audit.list": { input: { ...ofProject, action: "members" }, output: pageOf(auditEntry) },
  "members.list": { input: ofProject, output: { ...pageOf(member), owners_count: 1 } },
  "members.add": { input: { ...ofProject, email: member.email, role: "member" }, output: member },
  "members.update": {
    input: { ...ofProject, user_id: ID.user, role: "maintainer" },
    output: { ...member, role: "maintainer" },
  },
  "members.remove": { input: { ...ofProject, user_id: ID.user }, output: { user_id: ID.user } },
  "definitions.create": { input: { ...ofProject, source, type: "yaml" }, output: definition },
  "definitions.list": { input: ofProject, output: pageOf(definitionItem) },
  "definitions.get": { input: { id: ID.definition }, output: definition },
  "definitions.statistics": {
    input: { id: ID.definition, runs: 100 },
    output: {
      runs: [
        {
          id: ID.run,
          number: run.number,
          name: run.name,
          status: "completed",
          created_at: run.created_at,
          duration_ms: 64_200,
        },
      ],
      is_all: true,
      completed: 1,
      failed: 0,
      cancelled: 0,
      success_rate: 1,
      median_ms: 64_200,
      p95_ms: 64_200,
      steps: [
        {
          step_id: "unit",
          name: "unit",
          kind: "script",
          phase: "test",
          runs: 1,
          failed_runs: 0,
          flaky_runs: 1,
          median_ms: 31_000,
        },
      ],
    },
  },
  "definitions.revisions": { input: { id: ID.definition }, output: pageOf(revision) },
  "definitions.revision": { input: { id: ID.definition, number: 3 }, output: { ...revision, source } },
  "definitions.restore": { input: { id: ID.definition, number: 2 }, output: definition },
  "definitions.rename": {
    input: { id: ID.definition, name: "Ship it", slug: "ship-it" },
    output: {
      ...definition,
      name: "Ship it",
      slug: "ship-it",
      path: ".agent/workflows/definitions/ship-it.yaml",
    },
  },
  "definitions.duplicate": {
    input: { id: ID.definition, name: "Ship a beta" },
    output: { ...definition, name: "Ship a beta", slug: "ship-a-beta", runs_count: 0 },
  },
  "definitions.setEnabled": {
    input: { id: ID.definition, enabled: false },
    output: { ...definition, disabled_at: at("09:30:00"), disabled_by: "Ada Lovelace" },
  },
  "definitions.setBadge": {
    input: { id: ID.definition, public: true },
    output: {
      ...definition,
      badge_path: `/api/workflows/${ID.definition}/badge.svg?key=Jx3r…`,
      is_badge_public: true,
    },
  },
  "definitions.update": { input: { id: ID.definition, source }, output: definition },
  "definitions.delete": { input: { id: ID.definition, cascade: true }, output: { id: ID.definition } },
  "definitions.check": {
    input: { ...ofProject, source: source.replace("phase: build", "phase: biuld"), type: "yaml" },
    output: {
      valid: false,
      faults: [
        {
          file: ".agent/workflows/definitions/new-definition.yaml",
          line: 5,
          column: 12,
          message: 'steps[0].phase: there is no phase "biuld", did you mean "build"?',
          path: "steps[0].phase",
          expected: null,
        },
      ],
      warnings: [],
    },
  },
  "definitions.vocabulary": {
    input: ofProject,
    output: {
      yaml: { type: "object", properties: { name: { type: "string" } } },
      code: { "step.script": { type: "object", properties: { run: { type: "string" } } } },
      expressions: {
        roots: { step: ["args", "steps", "run", "project"] },
        fields: { step: ["status", "output", "attempt"] },
        functions: ["size"],
        condition_functions: ["always", "failure"],
      },
      schema_keywords: ["type", "properties"],
      variables: ["PHASEBOARD_OUTPUT"],
      agents: [{ name: "claude", command: "claude-agent-acp" }],
      secrets: ["NPM_TOKEN"],
    },
  },
  "definitions.offer": {
    input: { id: ID.definition, offered: true },
    output: { ...definition, is_template: true },
  },
  "definitions.templates": { input: ofProject, output: pageOf(templateItem) },
  "definitions.template": { input: { ...ofProject, id: "release" }, output: { ...templateItem, source } },
  "definitions.createFromTemplate": { input: { ...ofProject, id: "release" }, output: definition },
  "definitions.ignored": {
    input: ofProject,
    output: [
      {
        path: ".agent/workflows/definitions/team/ship.yaml",
        reason: "is in a sub-folder, and those are not read: move it up, into the folder of definitions",
      },
    ],
  },
  "agents.list": {
    input: ofProject,
    output: {
      path: ".agent/agents.yaml",
      is_there: true,
      agents: [
        {
          ...{ name: "claude", command: "claude-agent-acp", args: [], auth: null, permissions: "ask" },
          ...{ model: null, mode: "plan", mcp_servers: ["tickets"], variables: ["NO_COLOR"] },
        },
      ],
      left_out: 0,
      faults: [],
    },
  },
  "definitions.sync": {
    input: ofProject,
    output: { added: 1, changed: 0, invalid: 0, archived: 0, unchanged: 2 },
  },
  "secrets.list": { input: ofProject, output: pageOf(secret) },
  "secrets.set": {
    input: { ...ofProject, name: secret.name, value: "9f86d081884c7d65" },
    output: { ...secret, warning: null },
  },
  "secrets.delete": { input: { ...ofProject, name: secret.name }, output: { name: secret.name } },
  "triggers.list": { input: { definition_id: ID.definition }, output: pageOf(schedule) },
  "triggers.setEnabled": { input: { id: ID.trigger, enabled: true }, output: schedule },
  "triggers.rotateSecret": {
    input: { id: ID.trigger },
    output: { id: ID.trigger, secret: "whsec_…" },
  },
  "runs.create": {
    input: { ...ofProject, workflow_definition_id: "ship-a-release", name: run.name, args, priority: 0 },
    output: newRun,
  },
  "runs.execute": { input: { id: ID.definition, name: run.name, args }, output: newRun },
  "replay.run": {
    input: { id: ID.run },
    output: {
      events: [
        {
          id: 42,
          at: "2026-03-04T09:00:00.000Z",
          type: "workflow.execution.status_changed",
          status: "running",
          step_id: null,
          phase: null,
          stalled: null,
        },
      ],
      whole: false,
    },
  },
  "replay.board": {
    input: { project_id: ID.project, at: 42 },
    output: {
      event: {
        id: 42,
        at: "2026-03-04T09:00:00.000Z",
        type: "workflow.execution.status_changed",
        run: "Ship 1.5",
        step_id: null,
        status: "running",
      },
      first_id: 1,
      last_id: 96,
      previous_id: 41,
      next_id: 43,
      columns: [{ key: "running", title: null, count: 1 }],
      runs: [
        {
          id: ID.run,
          number: 12,
          name: "Ship 1.5",
          definition_name: "Ship a release",
          column: "running",
          status: "running",
          current_phase: "build",
          steps: [
            {
              step_id: "build",
              name: "Build",
              phase: "build",
              status: "running",
              needs_person: false,
              stalled: false,
            },
          ],
        },
      ],
      partial: false,
    },
  },
  "board.get": {
    input: { ...ofProject, group_by: "status" },
    output: {
      columns: [
        { key: "pending", title: null, count: 300, next_cursor: "WyIyMDI2LTAxLTAxVDA5OjAwOjAwWiIsImEiXQ" },
        { key: "running", title: null, count: 1, next_cursor: null },
      ],
      items: [listedRun],
    },
  },
  "board.all": {
    input: { group_by: "project" },
    output: {
      columns: [
        { key: `project:${ID.project}`, title: "Website", count: 1, next_cursor: null },
        { key: "recent", title: null, count: 0, next_cursor: null },
      ],
      items: [listedRun],
    },
  },
  "board.column": {
    input: { ...ofProject, key: "pending", cursor: "WyIyMDI2LTAxLTAxVDA5OjAwOjAwWiIsImEiXQ" },
    output: { items: [listedRun], next_cursor: null },
  },
  "runs.list": {
    input: { ...ofProject, status: "running,paused", limit: 50 },
    output: {
      items: [listedRun],
      next_cursor: null,
    },
  },
  "runs.get": { input: ofRun, output: runDetails },
  "runs.waysOut": {
    input: ofRun,
    output: {
      apply: { reason: null, done: false },
      push: { reason: null, done: true, remote: "origin", branch: "phaseboard/12-ship-1-4-0" },
      pull_request: { reason: null, ...run.pull_request },
      update: { reason: null, base: "main", behind: 3, note: null },
    },
  },
  "runs.applyChanges": { input: ofRun, output: { branch: "main", commit: COMMIT, is_new: true } },
  "runs.push": {
    input: ofRun,
    output: { remote: "origin", branch: "phaseboard/12-ship-1-4-0", commit: COMMIT, is_new: true },
  },
  "runs.openPullRequest": {
    input: { ...ofRun, title: "Ship 1.4.0", base: "main" },
    output: { ...run.pull_request, is_new: true },
  },
  "runs.updateFromBase": {
    input: ofRun,
    output: { base: "main", commit: COMMIT, snapshot: "257cc5642cb1a054f08cc83f2d943e56fd3ebe99" },
  },
  "runs.changes": { input: { ...ofRun, hunks: "1" }, output: changes },
  "runs.compare": { input: { ...ofProject, runs: "11,12" }, output: comparison },
  "runs.compareChanges": { input: { ...ofProject, runs: "11,12" }, output: comparedChanges },
  "runs.lastGood": { input: ofRun, output: lastGood },
  "runs.history": {
    input: ofRun,
    output: {
      items: [
        {
          type: "attempt",
          id: ID.attempt,
          at: attempt.started_at,
          step_id: step.step_id,
          name: step.name,
          number: attempt.number,
          status: attempt.status,
          error_message: null,
          exit_code: 0,
          signal: null,
          worker_id: attempt.worker_id,
          completed_at: attempt.completed_at,
        },
        {
          type: "status",
          id: "e1041",
          at: run.created_at,
          status: "pending",
          by: "Ada Lovelace",
          try: 1,
          note: null,
        },
      ],
      next_cursor: null,
    },
  },
  "runs.timeline": {
    input: ofRun,
    output: {
      queued_at: run.created_at,
      states: [
        { at: run.created_at, status: "pending" },
        { at: at("09:00:01"), status: "running" },
      ],
      attempts: [
        {
          step_id: "build",
          number: 1,
          status: "completed",
          started_at: at("09:00:01"),
          completed_at: at("09:00:20"),
        },
      ],
      waits: [],
    },
  },
  "runs.pause": { input: ofRun, output: { ...run, status: "paused", paused_at: at("09:02:00") } },
  "runs.resume": { input: ofRun, output: { ...run, status: "running" } },
  "runs.cancel": { input: ofRun, output: { ...run, status: "cancelled", cancelled_at: at("09:02:00") } },
  "runs.cancelMany": {
    input: { project_id: ID.project, status: "pending", workflow_definition_id: "ship" },
    output: {
      cancelled: [ID.run],
      failed: [{ id: ID.attempt, reason: "The run is completed, so it cannot be cancelled." }],
      remaining: 40,
    },
  },
  "runs.again": { input: { ...ofRun, args }, output: newRun },
  "runs.archiveMany": {
    input: { project_id: ID.project, status: "completed", workflow_definition_id: "ship" },
    output: { changed: [ID.run], failed: [], remaining: 0 },
  },
  "runs.acknowledgeMany": {
    input: { project_id: ID.project, ids: [ID.run, ID.attempt] },
    output: {
      changed: [ID.run],
      failed: [{ id: ID.attempt, reason: "The run is completed, so there is no failure to acknowledge." }],
      remaining: 0,
    },
  },
  "runs.retry": { input: { ...ofRun, from_step_id: "build" }, output: pendingRun },
  "runs.byNumber": { input: { ...ofProject, number: 12 }, output: ofRun },
  "runs.update": {
    input: { ...ofRun, name: "Ship 1.4.0", labels: ["release"], assignee_id: ID.user, priority: 50 },
    output: { ...run, priority: 50 },
  },
  "runs.follow": { input: ofRun, output: { ...ofRun, followed: true } },
  "runs.unfollow": { input: ofRun, output: { ...ofRun, followed: false } },
  "runs.retryMany": { input: { ...ofProject, ids: [ID.run] }, output: { done: [ID.run], failed: [] } },
  "runs.deleteMany": { input: { ...ofProject, ids: [ID.run] }, output: { done: [ID.run], failed: [] } },
  "runs.labelMany": {
    input: { ...ofProject, ids: [ID.run], add: ["release"], remove: [] },
    output: { done: [ID.run], failed: [] },
  },
  "views.list": { input: ofProject, output: pageOf(view) },
  "views.create": {
    input: { ...ofProject, name: view.name, query: view.query, shared: true },
    output: view,
  },
  "views.update": { input: { id: view.id, name: view.name }, output: view },
  "views.delete": { input: { id: view.id }, output: { id: view.id } },
  "labels.list": { input: ofProject, output: pageOf(label) },
  "labels.create": { input: { ...ofProject, name: "release", color: "blue" }, output: label },
  "labels.update": { input: { id: ID.label, color: "blue" }, output: label },
  "labels.delete": { input: { id: ID.label }, output: { id: ID.label } },
  "runs.pin": { input: ofRun, output: { ...run, pinned_at: at("09:02:00") } },
  "runs.unpin": { input: ofRun, output: run },
  "runs.delete": { input: ofRun, output: ofRun },
  "search.find": {
    input: { q: "ship 1.4", project_id: ID.project },
    output: {
      runs: [
        {
          id: ID.run,
          number: 12,
          name: "Ship 1.4.0",
          status: "running",
          definition_name: "Ship a release",
          created_at: run.created_at,
          project_id: ID.project,
          project_name: "Website",
          project_slug: "website",
        },
      ],
      definitions: [],
      projects: [],
      people: [{ user_id: ID.user, name: "Ada Lovelace", project_slug: "website" }],
    },
  },
  "inbox.list": {
    output: {
      items: [
        {
          reason: "approval",
          key: `approval:${ID.step}:1`,
          at: at("09:01:30"),
          asked_at: at("09:01:30"),
          read_at: null,
          done_at: null,
          snoozed_until: null,
          step: { id: ID.step, step_id: "sign-off", name: "Sign-off", attempt: 1 },
          run: {
            id: ID.run,
            number: run.number,
            name: run.name,
            status: "running",
            user_name: "Ada Lovelace",
            definition_name: definition.name,
          },
          project: { id: ID.project, name: project.name, slug: project.slug },
          waiting_for: "approval",
          id: ID.step,
          request: {
            prompt: "Publish **Ship 1.4.0**?",
            approvers: { role: "member", count: 2, allow_self: false },
            form: null,
          },
          approvals: 1,
          wake_at: null,
        },
      ],
      next_cursor: null,
      count: 1,
    },
  },
  "inbox.mark": { input: { keys: [`failed:${ID.run}`], done: true }, output: { marked: 1 } },
  "steps.logWindow": {
    input: { id: ID.step, type: "events", line: 118, lines: 2 },
    output: {
      attempt: 1,
      first_line: 118,
      total_lines: 90_412,
      lines: LOG_LINES,
      complete: true,
      next_offset: 14_302_112,
      next_place: '{"lines":90412,"open":[],"carried":{},"agent":null}',
      groups: null,
    },
  },
  "steps.compareLogs": {
    input: { id: ID.step, type: "events", with: "s7w3q9k1x5z2c8v4b6n0m3as" },
    output: comparedLogs,
  },
  "steps.searchLog": {
    input: { id: ID.step, type: "events", q: "rounds \\w+", regex: "1" },
    output: pageOf({ ...LOG_LINES[1], text: "✕ rounds half to even", from: 0, matches: [[2, 13]] }),
  },
  "steps.list": { input: { run_id: ID.run }, output: pageOf(step) },
  "steps.attempts": { input: { id: ID.step }, output: pageOf(attempt) },
  "steps.decisions": { input: { id: ID.step }, output: pageOf(decision) },
  "steps.permissionRequests": { input: { id: ID.step }, output: pageOf(permissionRequest) },
  "steps.get": {
    input: { id: ID.step },
    output: {
      ...step,
      ...ofProject,
      attempts: [attempt],
      attempts_next_cursor: null,
      decisions: [decision],
      decisions_next_cursor: null,
      permission_requests: [permissionRequest],
      permission_requests_next_cursor: null,
      comments: [comment],
      comments_next_cursor: null,
      artifacts: [attached],
      artifacts_next_cursor: null,
    },
  },
  "steps.decide": {
    input: { id: ID.step, decision: "approve", note: "Looks good." },
    output: { ...step, kind: "approval", output: null, output_bytes: null },
  },
  "reviews.submit": {
    input: {
      run_id: ID.run,
      step_id: "look",
      decision: "request_changes",
      text: "Nearly there.",
      snapshot: review.snapshot,
      comments: [{ path: "src/app.ts", side: "new", line: 12, text: "Say why it may fail." }],
    },
    output: review,
  },
  "reviews.lines": { input: { run_id: ID.run }, output: pageOf(commentLines) },
  "reviews.list": { input: { run_id: ID.run }, output: pageOf(review) },
  "comments.create": {
    input: { run_id: ID.run, text: comment.text, step_id: "build", artifact_ids: [ID.artifact] },
    output: comment,
  },
  "comments.resolve": {
    input: { id: ID.comment },
    output: {
      ...logComment,
      resolved_at: at("09:07:00"),
      resolved_by: ID.user,
      resolved_by_name: "Ada Lovelace",
    },
  },
  "comments.list": { input: { run_id: ID.run }, output: pageOf(comment) },
  "comments.update": {
    input: { id: ID.comment, text: "The report is attached, see page 2." },
    output: { ...comment, text: "The report is attached, see page 2.", updated_at: at("09:06:00") },
  },
  "comments.delete": { input: { id: ID.comment }, output: { id: ID.comment } },
  "artifacts.list": { input: { run_id: ID.run }, output: pageOf(attached) },
  "artifacts.get": { input: { id: ID.artifact }, output: artifact },
  "artifacts.entries": {
    input: { id: ID.artifact },
    output: {
      format: "zip",
      entries: [
        {
          position: 0,
          name: "dist/index.js",
          type: "file",
          size_bytes: 18_204,
          modified_at: "2026-03-04T09:00:00.000Z",
        },
      ],
      ended: "whole",
    },
  },
  "artifacts.report": {
    input: { id: ID.artifact },
    output: { url: "/api/reports/J7x…/coverage/index.html", expires_at: "2026-03-04T10:00:00.000Z" },
  },
  "artifacts.attach": { input: { id: ID.artifact, comment_id: ID.comment }, output: attached },
  "artifacts.detach": { input: { id: ID.artifact }, output: artifact },
  "artifacts.delete": { input: { id: ID.artifact }, output: { id: ID.artifact } },
  "agentSessions.steps": { input: { id: ID.session }, output: pageOf(sessionStep) },
  "agentSessions.permissionRequests": { input: { id: ID.session }, output: pageOf(permissionRequest) },
  "agentSessions.get": {
    input: { id: ID.session },
    output: {
      ...session,
      steps: [sessionStep],
      steps_next_cursor: null,
      permission_requests: [permissionRequest],
      permission_requests_next_cursor: null,
    },
  },
  "agentSessions.send": { input: { id: ID.session, text: message.text }, output: message },
  "agentSessions.messages": { input: { id: ID.session }, output: pageOf(message) },
  "agentSessions.editMessage": {
    input: { id: ID.message, text: "Please write the docs, too." },
    output: { ...message, text: "Please write the docs, too.", updated_at: at("09:00:55") },
  },
  "agentSessions.withdrawMessage": {
    input: { id: ID.message },
    output: { ...message, status: "withdrawn", updated_at: at("09:00:55") },
  },
  "agentSessions.answerPermission": {
    input: { id: ID.request, option_id: "allow" },
    output: permissionRequest,
  },
};
