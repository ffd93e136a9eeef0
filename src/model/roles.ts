/** Roles in ascending order; each has the rights of those before it. */
export const PROJECT_ROLES = ["viewer", "member", "maintainer", "owner"] as const;
export type ProjectRole = (typeof PROJECT_ROLES)[number];

/** The scopes that each role adds to those of the roles before it. */
const SCOPES_OF_ROLE = {
  viewer: ["project:read"],
  member: ["run:write"],
  maintainer: ["definition:write", "project:write", "run:delete"],
  owner: ["member:write", "comment:delete", "project:delete"],
} as const satisfies Record<ProjectRole, readonly string[]>;

export type Scope = (typeof SCOPES_OF_ROLE)[ProjectRole][number];

/** The lowest role that has `scope`. */
export function roleFor(scope: Scope): ProjectRole {
  const role = PROJECT_ROLES.find((candidate) =>
    (SCOPES_OF_ROLE[candidate] as readonly string[]).includes(scope),
  );
  if (!role) throw new Error(`no role has the scope ${scope}`);
  return role;
}

/**
 * True if the role has the scope, directly or by a lower role. Imports no database, so the browser can use
 * it.
 */
export function can(role: ProjectRole, scope: Scope): boolean {
  return PROJECT_ROLES.indexOf(role) >= PROJECT_ROLES.indexOf(roleFor(scope));
}
