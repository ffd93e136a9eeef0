import type { AuditEntry } from "../schema";

/** What can be chosen of the actions, by the word that they begin with. */
export const WHAT_OPTIONS = [
  { value: "all", label: "Everything" },
  { value: "sessions", label: "Sign-ins" },
  { value: "users", label: "Accounts" },
  { value: "tokens", label: "Tokens" },
  { value: "projects", label: "Projects" },
  { value: "members", label: "Members" },
  { value: "groups", label: "Groups" },
  { value: "secrets", label: "Secrets" },
  { value: "definitions", label: "Definitions" },
  { value: "triggers", label: "Triggers" },
  { value: "runs", label: "Runs" },
  { value: "retention", label: "Retention" },
  { value: "room", label: "Quotas" },
  { value: "installation", label: "Installation" },
  { value: "steps", label: "Decisions" },
  { value: "reviews", label: "Reviews" },
  { value: "comments", label: "Comments" },
  { value: "artifacts", label: "Artifacts" },
  { value: "agentSessions", label: "Agents" },
];

const NOBODY: Record<string, string> = {
  system: "Phaseboard",
  worker: "A worker",
  command_line: "The command line",
  anonymous: "Somebody",
};

/** Who did it, for people. */
export function whoOf({ actor_type, actor_name }: AuditEntry): string {
  const kind = NOBODY[actor_type];
  if (kind === undefined) return actor_name ?? "Somebody";
  return actor_name === null ? kind : `${kind} (${actor_name})`;
}

/** One field of a change; undefined where that side does not have it. */
export interface Change {
  name: string;
  before: string | undefined;
  after: string | undefined;
}

/** The fields of `before` and `after`, side by side. */
export function changesOf({ before, after }: Pick<AuditEntry, "before" | "after">): Change[] {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return names.map((name) => ({ name, before: textOf(before?.[name]), after: textOf(after?.[name]) }));
}

function textOf(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (value === null) return "none";
  return typeof value === "string" ? value : JSON.stringify(value);
}
