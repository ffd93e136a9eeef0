import { type AnyMessage, methods } from "@agentclientprotocol/sdk";
import { plainText } from "../../lib/plain-text";

/** Kinds of updates that tell how the session stands. An agent that waits for its network says such things for ever. */
const STANDING = [
  ...["session_info_update", "notice", "current_mode_update", "config_option_update"],
  ...["available_commands_update", "usage_update"],
];
/** Kinds of updates that bring a piece of text. */
const CHUNKS = ["agent_message_chunk", "agent_thought_chunk", "user_message_chunk"];

/** Whether a message shows that the agent is at work: it answers, asks, or tells of what it does. */
export function isSignOfLife(message: AnyMessage): boolean {
  if (!("method" in message) || "id" in message) return true;
  // Notifications of its own, such as pings, are no work.
  if (message.method !== methods.client.session.update) return false;
  const { params } = message;
  const update = isRecord(params) ? params.update : null;
  if (!isRecord(update)) return false;
  const kind = String(update.sessionUpdate);
  return !STANDING.includes(kind) && !(CHUNKS.includes(kind) && isEmpty(update.content));
}

/** Nothing, or text that shows nothing. */
function isEmpty(content: unknown): boolean {
  if (!isRecord(content)) return true;
  return content.type === "text" && (typeof content.text !== "string" || plainText(content.text) === "");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
