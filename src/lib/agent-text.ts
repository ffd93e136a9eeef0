import { isRecord } from "./is-record";

/**
 * Kind of our own update: a prompt that the agent got. `prompt` is its text; `messages` are the messages of people that
 * it brought, each with its `id`, `text` and `by`, the name of who wrote it.
 */
export const OWN_UPDATE = "_phaseboard";

/** What the text of the next update depends on. */
export interface AgentTextState {
  kind: string | null;
  isOpen: boolean;
  info: string | null;
}

/** Turns updates of the Agent Client Protocol, in order, into the text that a reader of a log sees. */
export class AgentText {
  private kind: string | null;
  private isOpen: boolean;
  private info: string | null;

  constructor({ kind, isOpen, info }: AgentTextState = { kind: null, isOpen: false, info: null }) {
    this.kind = kind;
    this.isOpen = isOpen;
    this.info = info;
  }

  /** Null before the first update, as for what no agent wrote. */
  get state(): AgentTextState | null {
    const { kind, isOpen, info } = this;
    return kind === null && !isOpen && info === null ? null : { kind, isOpen, info };
  }

  /**
   * The text that this update appends: pieces for an agent's messages, whole lines for all else. Empty where there is
   * nothing to read.
   */
  next(update: unknown): string {
    const text = isRecord(update) ? (this.infoOf(update) ?? textOf(update)) : "";
    if (text === "") return "";
    const kind = isRecord(update) ? pieceKind(update) : null;
    const goesOn = this.isOpen && kind === this.kind;
    const before = this.isOpen && !goesOn ? "\n" : "";
    const label = kind?.startsWith(THOUGHT) && !goesOn ? "thinks: " : "";
    this.kind = kind;
    this.isOpen = !text.endsWith("\n");
    return `${before}${label}${text}`;
  }

  /** A line about the session; "" where it repeats the last such line, null for updates about the work. */
  private infoOf(update: Record<string, unknown>): string | null {
    const info = infoText(update);
    if (info === null) return null;
    const isNew = info !== this.info;
    this.info = info;
    return isNew ? `${info}\n` : "";
  }
}

const MESSAGE = "agent_message_chunk";
const THOUGHT = "agent_thought_chunk";

/** Kinds that are handled below, or that have nothing for a reader. */
const NO_INFO = [
  ...[MESSAGE, THOUGHT, "user_message_chunk", "tool_call", "tool_call_update", "plan", "usage_update"],
  ...["available_commands_update", "config_option_update", "compaction_summary_chunk", OWN_UPDATE],
];

/**
 * A line about the session itself, such as "session: Reconnecting…"; null for updates about the work. Unknown kinds
 * count too where they have a text.
 */
export function infoText(update: Record<string, unknown>): string | null {
  const { sessionUpdate: kind, title, description, message, text, status, error, currentModeId } = update;
  if (typeof kind !== "string" || NO_INFO.includes(kind)) return null;
  const told = [title, message, text, currentModeId, status, description, error].filter(isText);
  // Most updates have one text. Notices add a description, failures an error.
  const said = [told[0], ...[description, error].filter(isText).filter((each) => each !== told[0])];
  if (said[0] === undefined) return null;
  const name = kind.replace(/_(info_)?update$/, "").replaceAll("_", " ");
  return `${name}: ${said.join(": ").replace(/\s*[\r\n]+\s*/g, " ")}`;
}

const isText = (value: unknown): value is string => typeof value === "string" && value.trim() !== "";

function textOf(update: Record<string, unknown>): string {
  switch (update.sessionUpdate) {
    case MESSAGE:
    case THOUGHT:
      return contentText(update.content);
    case "tool_call":
    case "tool_call_update":
      return toolText(update);
    case "plan":
      return planText(update.entries);
    case OWN_UPDATE:
      return listOf(update.messages)
        .map(({ by, text }) => `${by} writes: ${text}\n`)
        .join("");
    default:
      return "";
  }
}

/** The kind, where updates of it are pieces of one text; null for whole lines. */
function pieceKind({ sessionUpdate, messageId }: Record<string, unknown>): string | null {
  return sessionUpdate === MESSAGE || sessionUpdate === THOUGHT ? `${sessionUpdate} ${messageId}` : null;
}

function contentText(content: unknown): string {
  if (!isRecord(content)) return "";
  if (content.type === "text") return String(content.text ?? "");
  const name = content.name ?? content.uri ?? (isRecord(content.resource) ? content.resource.uri : undefined);
  return `[${content.type}${name === undefined ? "" : ` ${name}`}]`;
}

function toolText({ title, status, toolCallId, content }: Record<string, unknown>): string {
  const paths = listOf(content).flatMap((part) => (part.type === "diff" ? [`\n  changes ${part.path}`] : []));
  const name = title ?? (status || paths.length > 0 ? `call ${toolCallId}` : null);
  if (name === null) return "";
  return `tool: ${name}${status ? ` (${String(status).replaceAll("_", " ")})` : ""}${paths.join("")}\n`;
}

const MARKS: Record<string, string> = { completed: "x", in_progress: ">" };

function planText(entries: unknown): string {
  const lines = listOf(entries).map(
    ({ content, status }) => `  [${MARKS[String(status)] ?? " "}] ${content}\n`,
  );
  return `plan:\n${lines.join("")}`;
}

const listOf = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter(isRecord) : [];
