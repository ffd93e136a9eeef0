import { type AnyMessage, methods } from "@agentclientprotocol/sdk";

/** Kinds of updates that tell how the session stands. An agent that waits for its network says such things for ever. */
const STANDING = [
  ...["session_info_update", "notice", "current_mode_update", "config_option_update"],
  "available_commands_update",
];

/** Whether a message shows that the agent is at work: it answers, asks, or tells of what it does. */
export function isSignOfLife(message: AnyMessage): boolean {
  if (!("method" in message) || "id" in message) return true;
  // Notifications of its own, such as pings, are no work.
  if (message.method !== methods.client.session.update) return false;
  const { params } = message;
  const update = isRecord(params) ? params.update : null;
  return isRecord(update) && !STANDING.includes(String(update.sessionUpdate));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
