export type PathSegment = string | number;

/** `["steps", 2, "env", "A B"]` as `steps[2].env["A B"]`. */
export function formatPath(segments: readonly PathSegment[]): string {
  return segments.reduce<string>(joinPath, "");
}

/** `path` with one more segment. */
export function joinPath(path: string, segment: PathSegment): string {
  if (typeof segment === "number") return `${path}[${segment}]`;
  if (!/^[A-Za-z_$][\w$-]*$/.test(segment)) return `${path}[${JSON.stringify(segment)}]`;
  return path === "" ? segment : `${path}.${segment}`;
}
