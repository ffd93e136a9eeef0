import { isRecord } from "../../../lib/is-record";
import type { AskedToolCall } from "../../../model/states";

export type Facts = Record<string, unknown>;

/** Content of a tool call: a file change or a text. */
export type ToolContent = AskedToolCall["content"][number];

export const listOf = (value: unknown): Facts[] => (Array.isArray(value) ? value.filter(isRecord) : []);

/** The text of a content block; for other kinds of block, the kind's name. */
export function textOf(content: unknown): string {
  if (!isRecord(content)) return "";
  if (content.type === "text") return typeof content.text === "string" ? content.text : "";
  const { resource } = content;
  if (isRecord(resource) && typeof resource.text === "string") return resource.text;
  const name = content.name ?? content.uri ?? (isRecord(resource) ? resource.uri : undefined);
  return `[${content.type}${name === undefined ? "" : ` ${name}`}]`;
}

/** The parts of a tool call that can be shown; empty where none can. */
export function toolContent(part: Facts): ToolContent[] {
  const { type, path, oldText, newText, content } = part;
  if (type === "diff" && typeof path === "string" && typeof newText === "string") {
    return [{ type, path, old_text: typeof oldText === "string" ? oldText : null, new_text: newText }];
  }
  const text = type === "content" ? textOf(content) : "";
  return text === "" ? [] : [{ type: "text", text }];
}
