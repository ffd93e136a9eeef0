/** Roles in ascending order; each has the rights of those before it. */
export const PROJECT_ROLES = ["viewer", "member", "maintainer", "owner"] as const;
export type ProjectRole = (typeof PROJECT_ROLES)[number];

/** The scopes that each role adds to those of the roles before it. */
const SCOPES_OF_ROLE = {
  viewer: ["project:read"],
  member: ["run:write"],
  maintainer: ["definition:write", "project:write", "run:delete"],
  owner: ["audit:read", "member:write", "comment:delete", "project:delete"],
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

/** What a token may be made for, each with those before it. */
export const TOKEN_SCOPES = ["read", "run", "write"] as const;
export type TokenScope = (typeof TOKEN_SCOPES)[number];

/** The highest role in which a token with this scope acts; `write` takes nothing away from its person. */
const ROLE_OF_SCOPE: Record<TokenScope, ProjectRole> = { read: "viewer", run: "member", write: "owner" };

/** The lowest scope of a token whose person may then use rights of this role. */
export function scopeForRole(role: ProjectRole): TokenScope {
  return TOKEN_SCOPES.find((scope) => cappedRole(role, [scope]) === role) ?? "write";
}

/** The role of a person who comes by a token with these scopes. */
export function cappedRole(role: ProjectRole, scopes: readonly TokenScope[]): ProjectRole {
  const caps = scopes.map((scope) => PROJECT_ROLES.indexOf(ROLE_OF_SCOPE[scope]));
  return PROJECT_ROLES[Math.min(PROJECT_ROLES.indexOf(role), Math.max(0, ...caps))] ?? "viewer";
}

/** The scope of these that includes the others. */
export function highestScope(scopes: readonly TokenScope[]): TokenScope {
  return TOKEN_SCOPES.findLast((scope) => scopes.includes(scope)) ?? "read";
}

/** The scope with those that it includes. */
export function scopesUpTo(scope: TokenScope): TokenScope[] {
  return TOKEN_SCOPES.slice(0, TOKEN_SCOPES.indexOf(scope) + 1);
}
