import type { FieldFault } from "../../lib/errors";
import { HTTP_STATUS } from "../../lib/errors";

/** What decides which errors an operation can answer with. */
export interface OperationFacts {
  /** The procedure's name, or the route's `operationId`. */
  name: string;
  /** The path in the document, as in `/workflows/{id}`. */
  path: string;
  writes: boolean;
  created: boolean;
  hasJson: boolean;
  /** The names of all that it takes, ids among them. */
  fields: string[];
}

interface Fault {
  message: string;
  details?: FieldFault[];
}

const fault = (message: string, path: string, at: string): Fault => ({
  message,
  details: [{ path, message: at }],
});
const wrongState = (verb: string) =>
  fault(`The run is completed, so it cannot be ${verb}.`, "id", "is completed");
const noOwner: Fault = {
  message: "A project keeps at least one owner. Make somebody else an owner first.",
};
const badSource = fault(
  'The definition is not valid: line 7, column 5: steps[0].tiemout: unknown key; did you mean "timeout"?.',
  "source:7:5",
  'steps[0].tiemout: unknown key; did you mean "timeout"?',
);
const notCreator: Fault = { message: "Only administrators make projects here. Ask Ada Lovelace." };
const notAdministrator: Fault = {
  message: "Only an administrator of this installation may do that.",
};
const administered = { 403: notAdministrator };
const noArchive = {
  message: "This artifact cannot be read as an archive. It is no zip, tar or tar.gz. Download it to open it.",
};

const noChanges: Fault = {
  message:
    "The run's snapshots are gone: the repository that kept them was deleted, moved or cleaned. Restore it from a backup, or start the run again.",
};
const staleDecision = fault(
  "The files have changed since you looked. Look at them again, then decide.",
  "snapshot",
  "is 257cc5642cb1a054f08cc83f2d943e56fd3ebe99 now",
);
const noRoom: Fault = { message: "There is no room on the server's disk for the file." };

/** What single operations answer beside, or instead of, what all of their kind do. */
const notByToken = {
  message: "A token cannot make tokens, end sessions or change passwords. Sign in and do it there.",
};

const FAULTS: Record<string, Partial<Record<number, Fault>>> = {
  "projects.create": {
    403: notCreator,
    409: fault(
      "Another project uses this folder, one inside it, or one around it. Choose a folder that shares nothing with it.",
      "path",
      "is, lies in, or lies around another project's folder",
    ),
  },
  "sessions.list": { 403: notByToken },
  "sessions.end": { 403: notByToken },
  "sessions.endOthers": { 403: notByToken },
  "tokens.create": { 403: notByToken },
  "tokens.revoke": {
    403: { message: "A token can revoke itself and no other. Sign in to revoke this one." },
  },
  "installation.update": {
    403: { message: "Only an administrator of this installation may do that." },
    409: { message: "No web server has worked with this database yet. Start one, then try again." },
  },
  "retention.previewAll": administered,
  "projects.createSample": { 403: notCreator },
  "projects.delete": { 409: { message: "2 runs are under way in this project. Cancel them first." } },
  "members.add": {
    404: fault(
      "Nobody has an account with ada@example.com. An administrator can invite them.",
      "email",
      "has no account",
    ),
    409: fault(
      "Ada Lovelace is a member already. Change the role in the list instead.",
      "email",
      "is a member already",
    ),
  },
  "users.list": administered,
  "users.invite": {
    403: notAdministrator,
    409: fault(
      "The account of ada@example.com has come in already. Make a link to reset the password instead, if they cannot.",
      "email",
      "has an account already",
    ),
  },
  "users.update": {
    403: notAdministrator,
    409: {
      message:
        "An installation keeps at least one administrator who has come in. Make somebody else one first.",
    },
  },
  "users.resetLink": {
    403: notAdministrator,
    409: fault("The account of Ada Lovelace is disabled, so no link lets them in.", "id", "is disabled"),
  },
  "users.makeNameless": {
    403: notAdministrator,
    409: { message: "You cannot make your own account nameless. Another administrator can." },
  },
  "groups.create": {
    403: notAdministrator,
    409: fault("There is a group Engineering already. Choose another name.", "name", "is another group's"),
  },
  "groups.update": {
    403: notAdministrator,
    409: fault("There is a group Engineering already. Choose another name.", "name", "is another group's"),
  },
  "views.create": { 409: { message: "There are 50 such views already. Delete one first." } },
  "labels.create": {
    409: fault("The project has a label release already. Choose another name.", "name", "is another label's"),
  },
  "labels.update": {
    409: fault("The project has a label release already. Choose another name.", "name", "is another label's"),
  },
  "runs.update": {
    400: fault(
      'The project has no label "relaese"; did you mean "release"? Make it first.',
      "labels",
      '"relaese" is no label of the project',
    ),
  },
  "groups.delete": administered,
  "groups.members": administered,
  "groups.addMember": {
    403: notAdministrator,
    409: {
      message:
        "Who is in Engineering is decided at sign-in by groups=engineering. Take the claim off the group to choose people here.",
    },
  },
  "groups.removeMember": administered,
  "members.listOwnerless": administered,
  "members.takeOver": {
    403: notAdministrator,
    409: fault("Website has an owner. Ask one of its owners to add you.", "project_id", "has an owner"),
  },
  "room.projects": administered,
  "room.setQuota": administered,
  "members.setGroup": { 409: noOwner },
  "members.removeGroup": { 409: noOwner },
  "members.update": { 409: noOwner },
  "members.remove": { 409: noOwner },
  "definitions.create": { 400: badSource, 507: noRoom },
  "definitions.update": {
    400: badSource,
    409: fault(
      ".agent/workflows/definitions/ship-a-release.yaml was changed since this edit began. Look at what it holds now, and save again.",
      "base_sha256",
      "is not that of the file",
    ),
    507: noRoom,
  },
  "definitions.delete": {
    409: fault(
      "This definition has 2 runs. Delete it with cascade to delete those too.",
      "cascade",
      "is needed, since there are 2 runs",
    ),
  },
  "runs.pause": { 400: wrongState("paused") },
  "runs.resume": { 400: wrongState("resumed") },
  "runs.cancel": { 400: wrongState("cancelled") },
  "runs.changes": { 409: noChanges },
  "reviews.lines": { 409: noChanges },
  "runs.applyChanges": {
    409: fault(
      "In the project's folder src/version.ts is not as the run's base has it. Commit, move or undo that there, and try again.",
      "src/version.ts",
      "is in the way",
    ),
  },
  "runs.push": {
    409: {
      message:
        "The branch phaseboard/12-ship-1-4-0 on origin has commits that this run does not have (8ab686e), and nothing is ever pushed over them. Push to another branch, or rename that one.",
    },
  },
  "runs.openPullRequest": {
    409: {
      message:
        "The project has no remote. Add one in its folder (`git remote add origin <address>`), and try again.",
    },
  },
  "runs.updateFromBase": {
    409: fault(
      "main and the run have changed the same lines, in src/version.ts. Nothing was changed. Push the run's branch and merge it by hand.",
      "src/version.ts",
      "is in the way",
    ),
  },
  "runs-patch": { 409: noChanges },
  "runs-archive": { 409: noChanges },
  "runs-changedFile": { 409: noChanges },
  "steps.decide": { 409: staleDecision },
  "reviews.submit": { 409: staleDecision },
  "comments.update": { 403: { message: "Only who wrote a comment can change it." } },
  "comments.resolve": {
    400: fault(
      "This is an answer. Resolve the comment that it answers.",
      "id",
      "answers c9b5n1m7q3w8e2r6t0y4u9io",
    ),
  },
  "comments.delete": {
    403: {
      message:
        "Only who wrote a comment, or an owner of the project, can delete it. What the system noted stays.",
    },
  },
  "artifacts.entries": { 409: noArchive },
  "artifacts-entry": {
    409: noArchive,
    413: { message: "The entry has more than 100 MB. Download the whole archive." },
  },
  "artifacts.report": { 409: { message: "Only an artifact in HTML is shown as a page." } },
  "artifacts-all": {
    404: { message: "There are no artifacts to download." },
    409: {
      message:
        "There are more than 10000 artifacts. Download those of one step at a time, or each by itself.",
    },
  },
  "artifacts.attach": {
    400: fault("The comment is none of the artifact's run.", "comment_id", "is no comment of this run"),
    404: fault("There is no such comment.", "comment_id", "is no comment"),
  },
  "agentSessions.send": {
    409: {
      message:
        'The step "Write the notes" has ended and its run goes on. Send it once the run has ended, or cancel the run to go on from here.',
    },
  },
  "agentSessions.editMessage": {
    403: { message: "Only who wrote a message can change its text." },
    409: { message: "The agent has the message already, so it cannot be changed any more." },
  },
  "agentSessions.withdrawMessage": {
    409: { message: "The agent has the message already, so it cannot be changed any more." },
  },
  "agentSessions.answerPermission": {
    409: { message: "The agent does not wait for this answer any more." },
  },
  "projects-export": {
    409: {
      message:
        "Logs and artifacts of this installation lie in an object store, which an export cannot take along yet.",
    },
    429: { message: "4 exports are being sent already. Try again later." },
  },
  "projects-import": {
    400: fault(
      "The archive is cut off: its end is missing.",
      "file",
      "The archive is cut off: its end is missing",
    ),
    403: notCreator,
    409: {
      message:
        "This installation has this project already. Delete it first, or import the archive elsewhere.",
    },
    413: { message: "The file is larger than a form may be." },
  },
  "artifacts-upload": {
    413: fault(
      "The file has more than 100 MB. Make it smaller or split it.",
      "file",
      "has more than 104857600 bytes",
    ),
  },
};

const DESCRIPTIONS: Record<number, string> = {
  400: "The input is not valid, or the state is a wrong one; `details` name the fields",
  401: "No credentials, or none that hold",
  403: "Known, and not allowed",
  404: "There is no such thing",
  409: "It collides with what is there",
  413: "Too much is sent",
  429: "Too many tries",
  500: "A fault of the server; its log has the id that the message names",
  507: "No room on the server's disk",
};

/** The noun of each collection, for messages as the gate has them. */
const NOUNS: Record<string, string> = {
  projects: "project",
  users: "person",
  groups: "group",
  workflows: "definition",
  "workflow-executions": "run",
  "workflow-steps": "step",
  comments: "comment",
  artifacts: "artifact",
  "agent-sessions": "agent session",
  "agent-messages": "message",
  sessions: "session",
  tokens: "token",
};

const nounOf = (collection: string) => NOUNS[collection] ?? collection.replace(/s$/, "");

/** What a part of a path is, by what stands before it: "The run's id." */
export function describePart(path: string, name: string): string {
  const parts = path.split("/");
  const noun = nounOf(parts[parts.indexOf(`{${name}}`) - 1] ?? "");
  return `The ${noun}'s ${isId(name) ? "id" : name}.`;
}

const isId = (field: string) => field === "id" || field.endsWith("_id");

/** The statuses with which a procedure can fail. */
export function failuresOf({ name, writes, created, hasJson, fields }: OperationFacts): number[] {
  const takesId = fields.some(isId);
  return [
    400,
    401,
    ...(takesId || writes ? [403] : []),
    ...(takesId ? [404] : []),
    ...(created ? [409] : []),
    ...(hasJson ? [413] : []),
    500,
    ...Object.keys(FAULTS[name] ?? {}).map(Number),
  ];
}

/** The response of an error, with an example of what this operation says then. */
export function errorResponse(status: number, operation: OperationFacts): object {
  const [code] = Object.entries(HTTP_STATUS).find(([, known]) => known === status) ?? [
    "INTERNAL_SERVER_ERROR",
  ];
  const said = FAULTS[operation.name]?.[status] ?? usualFault(status, operation);
  return {
    description: DESCRIPTIONS[status] ?? "It failed",
    content: {
      "application/json": {
        schema: { $ref: "#/components/schemas/Error" },
        example: { error: { code, ...said } },
      },
    },
  };
}

function usualFault(status: number, { path, fields, writes }: OperationFacts): Fault {
  const id = fields.find(isId);
  const collection = path.split("/")[1] ?? "";
  switch (status) {
    case 400:
      if (id) return fault(`${id} is not an id.`, id, "is not an id");
      return fields.includes("name")
        ? fault("name must not be empty.", "name", "must not be empty")
        : { message: "The body must be a JSON object." };
    case 401:
      return { message: "Sign in, or send a valid token as `Authorization: Bearer pb_…`." };
    case 403:
      return {
        message:
          id && collection !== "tokens"
            ? "You are not a member of this project. One of its owners can add you."
            : "A change by session cookie must come from Phaseboard's own pages. A program sends a token instead.",
      };
    case 404:
      return {
        message: `There is no such ${writes && id === "project_id" ? "project" : nounOf(collection)}.`,
      };
    case 409:
      return fault(
        "This Idempotency-Key was used for another request. Send a new key with a new request.",
        "Idempotency-Key",
        "was used for another request",
      );
    case 413:
      return { message: "The body has more than 1 MB of JSON." };
    case 429:
      return { message: "Too many tries. Wait 1 minute, then try again." };
    case 507:
      return noRoom;
    default:
      return {
        message:
          "Something failed on the server. Try again; if it stays, look for k7c2v9b4n1m6q3w8e5r0t2yu in the server's log.",
      };
  }
}
