import { PROJECT_ROLES, type ProjectRole } from "../../../model/roles";

export const ROLE_LABELS: Record<ProjectRole, string> = {
  viewer: "Viewer",
  member: "Member",
  maintainer: "Maintainer",
  owner: "Owner",
};

/** What each role may do in addition to the role before it. */
const ROLE_HINTS: Record<ProjectRole, string> = {
  viewer: "Sees everything, changes nothing.",
  member: "Also starts, pauses, cancels and retries runs.",
  maintainer: "Also edits definitions, secrets and settings, and deletes runs.",
  owner: "Also manages members and deletes the project.",
};

/** Options for a select of roles. */
export const ROLE_OPTIONS = PROJECT_ROLES.map((role) => ({
  value: role,
  label: ROLE_LABELS[role],
  hint: ROLE_HINTS[role],
}));
