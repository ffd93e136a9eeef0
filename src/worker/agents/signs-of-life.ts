import { type AnyMessage, methods } from "@agentclientprotocol/sdk";
import { plainText } from "../../lib/plain-text";

/** Kinds of updates about the state of the session. An agent that waits for its network may send these for ever. */
const STANDING = [
  ...["session_info_update", "notice", "current_mode_update", "config_option_update"],
  ...["available_commands_update", "usage_update"],
];
/** Kinds of updates with a piece of text. */
export const TEXT_CHUNKS = ["agent_message_chunk", "agent_thought_chunk", "user_message_chunk"];

/** Whether a message shows work: an answer, a request, or an update with content. */
export function isSignOfLife(message: AnyMessage): boolean {
  if (!("method" in message) || "id" in message) return true;
  // Other notifications, such as pings, show no work.
  if (message.method !== methods.client.session.update) return false;
  const { params } = message;
  const update = isRecord(params) ? params.update : null;
  if (!isRecord(update)) return false;
  const kind = String(update.sessionUpdate);
  return !STANDING.includes(kind) && !(TEXT_CHUNKS.includes(kind) && isEmpty(update.content));
}

/** True for no content, or for an empty text. */
function isEmpty(content: unknown): boolean {
  if (!isRecord(content)) return true;
  return content.type === "text" && (typeof content.text !== "string" || plainText(content.text) === "");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
