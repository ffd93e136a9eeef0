/** A section of settings, by its heading, and other words by which people look for it. */
interface Place {
  title: string;
  words?: string;
}

/** Sections of a project's settings. */
export const PROJECT_SETTINGS: readonly Place[] = [
  { title: "General", words: "name folder limit concurrency workspace" },
  { title: "Members", words: "people roles groups invite" },
  { title: "Machine account", words: "tokens ci" },
  { title: "Labels", words: "colors tags" },
  { title: "Agents", words: "claude codex permissions" },
  { title: "Secrets", words: "environment variables keys passwords" },
  { title: "Git", words: "remote push pull requests" },
  { title: "Disk", words: "room snapshots" },
  { title: "Storage", words: "size of runs logs artifacts" },
  { title: "Quota", words: "limit room bytes" },
  { title: "Retention", words: "keep delete old runs logs artifacts age" },
  { title: "Export", words: "download move archive" },
  { title: "Audit record", words: "who did what" },
  { title: "Delete the project", words: "danger remove" },
];

/** Sections of one's own account. */
export const ACCOUNT_SETTINGS: readonly Place[] = [
  { title: "Profile", words: "name e-mail" },
  { title: "API tokens", words: "keys programs" },
  { title: "Password", words: "change" },
  { title: "Sessions", words: "browsers sign out devices" },
];

/** Pages of the administration. */
export const ADMIN_SETTINGS: readonly (Place & { path: string })[] = [
  { title: "People", words: "users accounts invite disable", path: "/admin" },
  { title: "Groups", words: "teams claims", path: "/admin/groups" },
  { title: "All sessions and tokens", words: "limits age", path: "/admin/sessions" },
  { title: "Storage", words: "disk quotas retention", path: "/admin/storage" },
  { title: "Audit record", words: "who did what", path: "/admin/audit" },
];
