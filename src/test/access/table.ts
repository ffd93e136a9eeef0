import { newId } from "../../lib/ids";
import type { ProjectRole } from "../../model/roles";
import type { Ids } from "./fixture";

/** Who may call a procedure or a route, and with which ids. */
export interface Row {
  /**
   * The lowest role in the project that may; `administrator`: of the installation; `account`: everybody with one;
   * `anyone`: nobody need be known.
   */
  who: ProjectRole | "administrator" | "account" | "anyone";
  /**
   * The input, which takes each id from `ids`: the test puts those of other projects, and of nothing, in their
   * places. The first id that it takes decides about the project. Names in a route's path are keys of it.
   */
  input?: (ids: Ids) => Record<string, unknown>;
  /** `session`: it guards the account, so a token is refused with 403. */
  by?: "session";
  /** The comment must be the caller's own: somebody else's is refused with 403, up to this role. */
  own?: "maintainer" | "owner";
  /** What who is let in gets where it is not 200, or 201 of a create. */
  answers?: number;
  /** It must find no run of the project under way. */
  settled?: true;
  /** Sends the input as a form, with this as the content of its `file`. */
  file?: string;
}

const SOURCE = "name: A\nphases: [a]\nsteps: [{ id: a, type: script, run: 'true' }]\n";
const project = ({ project_id }: Ids) => ({ project_id });
const session = ({ agent_session_id }: Ids) => ({ id: agent_session_id });

/** Who may call which procedure, by tRPC and by REST. */
export const PROCEDURES: Record<string, Row> = {
  "users.me": { who: "account" },
  "users.updateMe": { who: "account", input: () => ({ name: "Same" }) },
  "users.changePassword": {
    who: "account",
    by: "session",
    input: () => ({ current_password: "wrong", new_password: "long enough", tokens: "keep" }),
    answers: 400,
  },
  "users.list": { who: "administrator" },
  "users.invite": {
    who: "administrator",
    input: () => ({ email: `${newId()}@example.com`, name: "Invited" }),
  },
  "users.update": {
    who: "administrator",
    input: ({ member_user_id }) => ({ id: member_user_id, name: "B" }),
  },
  "users.resetLink": { who: "administrator", input: ({ member_user_id }) => ({ id: member_user_id }) },
  "users.makeNameless": { who: "administrator", input: ({ leaver_user_id }) => ({ id: leaver_user_id }) },
  "users.identities": { who: "account", by: "session" },
  // Nobody has one here, nor a password.
  "users.unlink": { who: "account", by: "session", input: () => ({ id: newId() }), answers: 404 },
  "users.readLink": { who: "anyone", input: () => ({ token: "wrong" }), answers: 404 },
  "users.useLink": {
    who: "anyone",
    input: () => ({ token: "wrong", password: "long enough" }),
    answers: 404,
  },
  "groups.list": { who: "account" },
  "groups.create": { who: "administrator", input: () => ({ name: newId() }) },
  "groups.update": { who: "administrator", input: ({ group_id }) => ({ id: group_id, claim: null }) },
  // Of none, since there would be none any more for the next who asks.
  "groups.delete": { who: "administrator", input: () => ({ id: newId() }), answers: 404 },
  "groups.members": { who: "administrator", input: ({ group_id }) => ({ id: group_id }) },
  "groups.addMember": {
    who: "administrator",
    input: ({ group_id, member_user_id }) => ({ id: group_id, user_id: member_user_id }),
  },
  "groups.removeMember": {
    who: "administrator",
    input: ({ group_id }) => ({ id: group_id, user_id: newId() }),
    answers: 404,
  },
  "members.listOwnerless": { who: "administrator" },
  // It has an owner.
  "members.takeOver": { who: "administrator", input: project, answers: 409 },
  "members.listGroups": { who: "viewer", input: project },
  "members.setGroup": {
    who: "owner",
    input: ({ project_id, group_id }) => ({ project_id, group_id, role: "viewer" }),
  },
  "members.removeGroup": {
    who: "owner",
    input: ({ project_id, given_group_id }) => ({ project_id, group_id: given_group_id }),
  },
  "sessions.list": { who: "account", by: "session" },
  "sessions.end": { who: "account", by: "session", input: ({ session_id }) => ({ id: session_id }) },
  "sessions.endOthers": { who: "account", by: "session" },
  "users.isSetUp": { who: "anyone" },
  "users.setUp": {
    who: "anyone",
    input: () => ({ token: "wrong", name: "A", email: "a@example.com", password: "long enough" }),
    answers: 403,
  },
  "installation.get": { who: "account" },
  "installation.update": { who: "administrator", answers: 409, input: () => ({ session_days: 90 }) },
  "room.get": { who: "account" },
  "room.ofProject": { who: "viewer", input: project },
  "room.projects": { who: "administrator" },
  "room.setQuota": {
    who: "administrator",
    input: ({ project_id }) => ({ project_id, quota_bytes: null }),
  },
  "machineTokens.list": { who: "maintainer", input: project },
  "machineTokens.create": {
    who: "maintainer",
    by: "session",
    input: ({ project_id }) => ({ project_id, name: "t" }),
  },
  "machineTokens.revoke": {
    who: "maintainer",
    by: "session",
    input: ({ project_id, machine_token_id }) => ({ project_id, id: machine_token_id }),
  },
  "tokens.create": { who: "account", by: "session", input: () => ({ name: "t" }) },
  "tokens.list": { who: "account" },
  "tokens.revoke": { who: "account", by: "session", input: ({ token_id }) => ({ id: token_id }) },
  "projects.create": { who: "administrator", input: () => ({ name: "New" }) },
  "projects.createSample": { who: "administrator" },
  "projects.mayCreate": { who: "account" },
  "projects.box": { who: "account" },
  "projects.exportOutline": { who: "owner", input: ({ project_id }) => ({ id: project_id }) },
  "projects.list": { who: "account" },
  "projects.disk": { who: "viewer", input: ({ project_id }) => ({ id: project_id }) },
  "projects.sizes": { who: "viewer", input: ({ project_id }) => ({ id: project_id }) },
  "projects.star": { who: "viewer", input: ({ project_id }) => ({ id: project_id, starred: true }) },
  "projects.get": { who: "viewer", input: ({ project_id }) => ({ id: project_id }) },
  "projects.getBySlug": { who: "viewer", input: ({ project_slug }) => ({ slug: project_slug }) },
  "projects.update": { who: "maintainer", input: ({ project_id }) => ({ id: project_id, name: "B" }) },
  "projects.delete": { who: "owner", input: ({ project_id }) => ({ id: project_id }), settled: true },
  "retention.get": { who: "viewer", input: ({ project_id }) => ({ id: project_id }) },
  "retention.preview": {
    who: "maintainer",
    input: ({ project_id }) => ({
      id: project_id,
      runs: "90d",
      logs: "30d",
      artifacts: "30d",
      events: "30d",
    }),
  },
  "retention.previewAll": { who: "administrator", input: () => ({ runs: "90d", keep_last: 50 }) },
  "members.list": { who: "viewer", input: project },
  "members.add": {
    who: "owner",
    input: ({ project_id }) => ({ project_id, email: NEWCOMER, role: "viewer" }),
  },
  "members.update": {
    who: "owner",
    input: ({ project_id, member_user_id }) => ({ project_id, user_id: member_user_id, role: "member" }),
  },
  "members.remove": {
    who: "owner",
    input: ({ project_id, member_user_id }) => ({ project_id, user_id: member_user_id }),
  },
  "secrets.list": { who: "maintainer", input: project },
  "secrets.set": {
    who: "maintainer",
    input: ({ project_id }) => ({ project_id, name: "TOKEN", value: "a value" }),
  },
  "secrets.delete": {
    who: "maintainer",
    input: ({ project_id }) => ({ project_id, name: "NONE" }),
    answers: 404,
  },
  "definitions.ignored": { who: "viewer", input: project },
  "agents.list": { who: "viewer", input: project },
  "definitions.create": { who: "maintainer", input: ({ project_id }) => ({ project_id, source: SOURCE }) },
  "definitions.list": { who: "viewer", input: project },
  "definitions.revisions": { who: "viewer", input: ({ definition_id }) => ({ id: definition_id }) },
  "definitions.statistics": { who: "viewer", input: ({ definition_id }) => ({ id: definition_id }) },
  "definitions.revision": { who: "viewer", input: ({ definition_id }) => ({ id: definition_id, number: 1 }) },
  "definitions.restore": {
    who: "maintainer",
    // The fixture's revision is no whole definition.
    input: ({ definition_id }) => ({ id: definition_id, number: 1 }),
    answers: 400,
  },
  "definitions.rename": {
    who: "maintainer",
    // Its file is not there.
    input: ({ unused_definition_id }) => ({ id: unused_definition_id, name: "Other" }),
    answers: 400,
  },
  "definitions.duplicate": {
    who: "maintainer",
    input: ({ unused_definition_id }) => ({ id: unused_definition_id }),
    answers: 400,
  },
  "definitions.setEnabled": {
    who: "maintainer",
    input: ({ definition_id }) => ({ id: definition_id, enabled: true }),
  },
  "definitions.setBadge": {
    who: "maintainer",
    input: ({ definition_id }) => ({ id: definition_id, public: true }),
  },
  "definitions.get": { who: "viewer", input: ({ definition_id }) => ({ id: definition_id }) },
  "definitions.getBySlug": {
    who: "viewer",
    input: ({ project_id, unused_definition_slug }) => ({ project_id, slug: unused_definition_slug }),
  },
  "definitions.update": {
    who: "maintainer",
    input: ({ definition_id }) => ({ id: definition_id, source: SOURCE }),
  },
  "definitions.check": {
    who: "maintainer",
    input: ({ project_id }) => ({ project_id, source: "name: 1" }),
  },
  "definitions.vocabulary": { who: "maintainer", input: project },
  "definitions.delete": {
    who: "maintainer",
    input: ({ unused_definition_id }) => ({ id: unused_definition_id }),
  },
  "definitions.offer": {
    who: "maintainer",
    input: ({ unused_definition_id }) => ({ id: unused_definition_id, offered: true }),
    answers: 400,
  },
  "definitions.templates": { who: "viewer", input: project },
  "definitions.template": { who: "viewer", input: ({ project_id }) => ({ project_id, id: "release" }) },
  "definitions.createFromTemplate": {
    who: "maintainer",
    input: ({ project_id }) => ({ project_id, id: "release" }),
  },
  "definitions.sync": { who: "maintainer", input: project },
  "triggers.list": { who: "viewer", input: ({ definition_id }) => ({ definition_id }) },
  "triggers.setEnabled": {
    who: "maintainer",
    input: ({ trigger_id }) => ({ id: trigger_id, enabled: false }),
  },
  "triggers.rotateSecret": { who: "maintainer", input: ({ trigger_id }) => ({ id: trigger_id }) },
  "labels.list": { who: "viewer", input: project },
  "labels.create": { who: "member", input: ({ project_id }) => ({ project_id, name: newId() }) },
  "labels.update": { who: "maintainer", input: ({ label_id }) => ({ id: label_id, color: "red" }) },
  "labels.delete": { who: "maintainer", input: ({ label_id }) => ({ id: label_id }) },
  "runs.create": {
    who: "member",
    input: ({ project_id, definition_id }) => ({
      project_id,
      workflow_definition_id: definition_id,
      name: "R",
      args: {},
    }),
  },
  "runs.execute": { who: "member", input: ({ definition_id }) => ({ id: definition_id }) },
  "runs.list": {
    who: "viewer",
    input: ({ project_id, definition_id, member_user_id }) => ({
      project_id,
      workflow_definition_id: definition_id,
      user_id: member_user_id,
    }),
  },
  "runs.counts": {
    who: "viewer",
    input: ({ project_id, definition_id }) => ({ project_id, workflow_definition_id: definition_id }),
  },
  "runs.get": { who: "viewer", input: ({ pending_run_id }) => ({ id: pending_run_id }) },
  // It shares the project's folder, which is said to those alone who may see it.
  "runs.changes": {
    who: "viewer",
    input: ({ pending_run_id }) => ({ id: pending_run_id }),
    answers: 409,
  },
  "runs.waysOut": { who: "viewer", input: ({ pending_run_id }) => ({ id: pending_run_id }) },
  "runs.applyChanges": {
    who: "member",
    input: ({ pending_run_id }) => ({ id: pending_run_id }),
    answers: 409,
  },
  "runs.push": { who: "member", input: ({ pending_run_id }) => ({ id: pending_run_id }), answers: 409 },
  "runs.openPullRequest": {
    who: "member",
    input: ({ pending_run_id }) => ({ id: pending_run_id }),
    answers: 409,
  },
  "runs.updateFromBase": {
    who: "member",
    input: ({ pending_run_id }) => ({ id: pending_run_id }),
    answers: 409,
  },
  "runs.timeline": { who: "viewer", input: ({ pending_run_id }) => ({ id: pending_run_id }) },
  "runs.compare": {
    who: "viewer",
    input: ({ project_id, pending_run_id, ended_run_id }) => ({
      project_id,
      runs: `${pending_run_id},${ended_run_id}`,
    }),
  },
  "runs.compareChanges": {
    who: "viewer",
    input: ({ project_id, ended_run_id }) => ({ project_id, runs: ended_run_id }),
  },
  "runs.lastGood": { who: "viewer", input: ({ ended_run_id }) => ({ id: ended_run_id }) },
  "runs.history": { who: "viewer", input: ({ pending_run_id }) => ({ id: pending_run_id }) },
  "runs.pause": { who: "member", input: ({ running_run_id }) => ({ id: running_run_id }) },
  "runs.resume": { who: "member", input: ({ paused_run_id }) => ({ id: paused_run_id }) },
  "runs.cancel": { who: "member", input: ({ pending_run_id }) => ({ id: pending_run_id }) },
  "runs.cancelMany": {
    who: "member",
    input: ({ project_id, pending_run_id, running_run_id }) => ({
      project_id,
      ids: [pending_run_id, running_run_id],
    }),
  },
  "runs.again": { who: "member", input: ({ ended_run_id }) => ({ id: ended_run_id }) },
  "runs.archiveMany": {
    who: "member",
    input: ({ project_id, ended_run_id }) => ({ project_id, ids: [ended_run_id] }),
  },
  "runs.acknowledgeMany": {
    who: "member",
    input: ({ project_id, ended_run_id }) => ({ project_id, ids: [ended_run_id] }),
  },
  "replay.run": { who: "viewer", input: ({ pending_run_id }) => ({ id: pending_run_id }) },
  "replay.board": { who: "viewer", input: project },
  "board.get": { who: "viewer", input: ({ project_id }) => ({ project_id }) },
  "board.all": { who: "account" },
  "board.column": { who: "viewer", input: ({ project_id }) => ({ project_id, key: "failed" }) },
  "board.changes": {
    who: "viewer",
    input: ({ project_id, ended_run_id }) => ({ project_id, ids: [ended_run_id] }),
  },
  "runs.retry": { who: "member", input: ({ ended_run_id }) => ({ id: ended_run_id }) },
  "runs.byNumber": { who: "viewer", input: ({ project_id }) => ({ project_id, number: 1 }) },
  "runs.update": {
    who: "member",
    input: ({ ended_run_id, member_user_id }) => ({ id: ended_run_id, assignee_id: member_user_id }),
  },
  "runs.follow": { who: "viewer", input: ({ ended_run_id }) => ({ id: ended_run_id }) },
  "runs.unfollow": { who: "viewer", input: ({ ended_run_id }) => ({ id: ended_run_id }) },
  "runs.retryMany": {
    who: "member",
    input: ({ project_id, ended_run_id }) => ({ project_id, ids: [ended_run_id] }),
  },
  "runs.deleteMany": {
    who: "maintainer",
    input: ({ project_id, ended_run_id }) => ({ project_id, ids: [ended_run_id] }),
  },
  "runs.labelMany": {
    who: "member",
    input: ({ project_id, ended_run_id }) => ({ project_id, ids: [ended_run_id], add: ["release"] }),
  },
  "views.list": { who: "viewer", input: project },
  "views.create": { who: "viewer", input: ({ project_id }) => ({ project_id, name: "Mine", query: "" }) },
  // Of somebody else, and shared.
  "views.update": { who: "maintainer", input: ({ view_id }) => ({ id: view_id, name: "Ours" }) },
  "views.delete": { who: "maintainer", input: ({ view_id }) => ({ id: view_id }) },
  "runs.pin": { who: "member", input: ({ ended_run_id }) => ({ id: ended_run_id }) },
  "runs.unpin": { who: "member", input: ({ ended_run_id }) => ({ id: ended_run_id }) },
  "runs.delete": { who: "maintainer", input: ({ ended_run_id }) => ({ id: ended_run_id }) },
  "runs.log": { who: "viewer", input: ({ pending_run_id }) => ({ id: pending_run_id }) },
  "search.find": { who: "account", input: () => ({ q: "run" }) },
  "inbox.list": { who: "account" },
  "presence.look": { who: "viewer", input: ({ project_id }) => ({ project_id, tab: "tab-of-a-test" }) },
  "looks.note": { who: "viewer", input: ({ project_id }) => ({ project_id }) },
  "inbox.mark": { who: "account", input: () => ({ all: "news", read: true }) },
  "steps.list": { who: "viewer", input: ({ pending_run_id }) => ({ run_id: pending_run_id }) },
  "steps.attempts": { who: "viewer", input: ({ step_id }) => ({ id: step_id }) },
  "steps.decisions": { who: "viewer", input: ({ step_id }) => ({ id: step_id }) },
  "steps.permissionRequests": { who: "viewer", input: ({ step_id }) => ({ id: step_id }) },
  "steps.get": { who: "viewer", input: ({ step_id }) => ({ id: step_id }) },
  "steps.logs": { who: "viewer", input: ({ step_id }) => ({ id: step_id }) },
  "steps.logWindow": { who: "viewer", input: ({ step_id }) => ({ id: step_id, type: "events" }) },
  "steps.compareLogs": {
    who: "viewer",
    input: ({ step_id }) => ({ id: step_id, type: "events", with: step_id }),
  },
  "steps.searchLog": { who: "viewer", input: ({ step_id }) => ({ id: step_id, type: "events", q: "x" }) },
  "steps.decide": {
    who: "member",
    input: ({ step_id }) => ({ id: step_id, decision: "approve" }),
    answers: 400,
  },
  "comments.create": {
    who: "member",
    input: ({ pending_run_id, step_id, artifact_id }) => ({
      run_id: pending_run_id,
      step_id,
      artifact_ids: [artifact_id],
      text: "Hello",
    }),
  },
  "reviews.submit": {
    who: "member",
    input: ({ pending_run_id: run_id }) => ({
      run_id,
      decision: "comment",
      text: "Look at the build, please.",
    }),
  },
  "reviews.lines": {
    who: "viewer",
    input: ({ pending_run_id: run_id }) => ({ run_id }),
    answers: 409,
  },
  "reviews.list": { who: "viewer", input: ({ pending_run_id: run_id }) => ({ run_id }) },
  "comments.list": {
    who: "viewer",
    input: ({ pending_run_id, step_id }) => ({ run_id: pending_run_id, step_id }),
  },
  "comments.resolve": { who: "member", input: ({ comment_id }) => ({ id: comment_id }) },
  "comments.update": {
    who: "member",
    own: "owner",
    input: ({ comment_id }) => ({ id: comment_id, text: "Better" }),
  },
  "comments.delete": { who: "member", own: "maintainer", input: ({ comment_id }) => ({ id: comment_id }) },
  "artifacts.list": { who: "viewer", input: ({ pending_run_id }) => ({ run_id: pending_run_id }) },
  "artifacts.get": { who: "viewer", input: ({ artifact_id }) => ({ id: artifact_id }) },
  // It is a text.
  "artifacts.entries": { who: "viewer", input: ({ artifact_id }) => ({ id: artifact_id }), answers: 409 },
  "artifacts.report": { who: "viewer", input: ({ artifact_id }) => ({ id: artifact_id }), answers: 409 },
  "artifacts.attach": {
    who: "member",
    input: ({ artifact_id, comment_id }) => ({ id: artifact_id, comment_id }),
  },
  "artifacts.detach": { who: "member", input: ({ attached_artifact_id }) => ({ id: attached_artifact_id }) },
  "artifacts.delete": { who: "member", input: ({ artifact_id }) => ({ id: artifact_id }) },
  "agentSessions.get": { who: "viewer", input: session },
  "agentSessions.steps": { who: "viewer", input: session },
  "agentSessions.permissionRequests": { who: "viewer", input: session },
  "agentSessions.messages": { who: "viewer", input: session },
  "agentSessions.send": {
    who: "member",
    input: ({ agent_session_id }) => ({ id: agent_session_id, text: "And the docs?" }),
  },
  "agentSessions.editMessage": {
    who: "member",
    own: "owner",
    input: ({ message_id }) => ({ id: message_id, text: "And the README?" }),
  },
  "agentSessions.withdrawMessage": { who: "member", input: ({ message_id }) => ({ id: message_id }) },
  "agentSessions.answerPermission": {
    who: "member",
    input: ({ permission_request_id }) => ({ id: permission_request_id, option_id: "yes" }),
    answers: 409,
  },
  // Administrators too, and they alone without a project: src/features/audit/audit.int.test.ts.
  "audit.list": { who: "owner", input: project },
  "events.head": { who: "viewer", input: project },
  "events.onAll": { who: "account" },
  "events.onProject": { who: "viewer", input: ({ project_id }) => ({ project_id, lastEventId: 0 }) },
};

/** Who may call which route that is no procedure; the files under src/app/api have them. */
export const HAND_WRITTEN: Record<string, Row> = {
  "GET /api/health": { who: "anyone" },
  "GET /api/openapi.json": { who: "anyone" },
  "GET /api/docs": { who: "anyone" },
  "GET /api/docs/{file}": { who: "anyone", input: () => ({ file: "start.js" }) },
  "GET /api/events": { who: "account" },
  "GET /api/projects/{id}/events": { who: "viewer", input: ({ project_id }) => ({ id: project_id }) },
  "GET /api/projects/{id}/export": { who: "owner", input: ({ project_id }) => ({ id: project_id }) },
  "POST /api/projects/import": { who: "administrator", file: "no archive", answers: 400 },
  "GET /api/workflow-steps/{id}/logs/{type}": {
    who: "viewer",
    input: ({ step_id }) => ({ id: step_id, type: "events" }),
  },
  "GET /api/workflow-steps/{id}/output": { who: "viewer", input: ({ step_id }) => ({ id: step_id }) },
  "GET /api/workflow-executions/{id}/output": {
    who: "viewer",
    input: ({ pending_run_id }) => ({ id: pending_run_id }),
  },
  "GET /api/workflow-executions/{id}/log": {
    who: "viewer",
    input: ({ pending_run_id }) => ({ id: pending_run_id }),
  },
  "GET /api/workflows/{id}/badge.svg": {
    who: "viewer",
    input: ({ definition_id }) => ({ id: definition_id }),
  },
  "GET /api/workflow-executions/{id}/changes.patch": {
    who: "viewer",
    input: ({ pending_run_id }) => ({ id: pending_run_id }),
    answers: 409,
  },
  "GET /api/workflow-executions/{id}/changes.zip": {
    who: "viewer",
    input: ({ pending_run_id }) => ({ id: pending_run_id }),
    answers: 409,
  },
  "GET /api/workflow-executions/{id}/changes/file": {
    who: "viewer",
    input: ({ pending_run_id }) => ({ id: pending_run_id, path: "a.txt" }),
    answers: 409,
  },
  "GET /api/workflow-executions/export": { who: "viewer", input: project },
  "GET /api/audit/export": { who: "owner", input: project },
  "GET /api/agent-sessions/{id}/transcript": { who: "viewer", input: session },
  "POST /api/workflow-executions/{id}/artifacts": {
    who: "member",
    input: ({ pending_run_id, step_id }) => ({ id: pending_run_id, step_id }),
    file: "hello",
  },
  // Whoever signs it: this one has no secret yet, and so takes nothing.
  "POST /api/hooks/{trigger_id}": {
    who: "anyone",
    input: ({ trigger_id }) => ({ trigger_id }),
    answers: 404,
  },
  "GET /api/artifacts/{id}": { who: "viewer", input: ({ artifact_id }) => ({ id: artifact_id }) },
  "GET /api/artifacts/{id}/entries/{position}": {
    who: "viewer",
    input: ({ artifact_id }) => ({ id: artifact_id, position: 0 }),
    answers: 409,
  },
  "GET /api/workflow-executions/{id}/artifacts.zip": {
    who: "viewer",
    input: ({ pending_run_id }) => ({ id: pending_run_id }),
  },
  "HEAD /api/workflow-executions/{id}/artifacts.zip": {
    who: "viewer",
    input: ({ pending_run_id }) => ({ id: pending_run_id }),
  },
  "HEAD /api/artifacts/{id}": { who: "viewer", input: ({ artifact_id }) => ({ id: artifact_id }) },
};

/** The address of an account that is a member of nothing. */
export const NEWCOMER = `newcomer-${newId()}@example.com`;
