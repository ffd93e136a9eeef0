export type Facts = Record<string, unknown>;

/** What a tool call brings along: a change to a file, or what it said. */
export type ToolContent =
  | { type: "diff"; path: string; old_text: string | null; new_text: string }
  | { type: "text"; text: string };

export function isFacts(value: unknown): value is Facts {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export const listOf = (value: unknown): Facts[] => (Array.isArray(value) ? value.filter(isFacts) : []);

/** A block of content as text; one that is none by its name. */
export function textOf(content: unknown): string {
  if (!isFacts(content)) return "";
  if (content.type === "text") return typeof content.text === "string" ? content.text : "";
  const { resource } = content;
  if (isFacts(resource) && typeof resource.text === "string") return resource.text;
  const name = content.name ?? content.uri ?? (isFacts(resource) ? resource.uri : undefined);
  return `[${content.type}${name === undefined ? "" : ` ${name}`}]`;
}

/** A part of a tool call as it can be shown; none where it cannot. */
export function toolContent(part: Facts): ToolContent[] {
  const { type, path, oldText, newText, content } = part;
  if (type === "diff" && typeof path === "string" && typeof newText === "string") {
    return [{ type, path, old_text: typeof oldText === "string" ? oldText : null, new_text: newText }];
  }
  const text = type === "content" ? textOf(content) : "";
  return text === "" ? [] : [{ type: "text", text }];
}
