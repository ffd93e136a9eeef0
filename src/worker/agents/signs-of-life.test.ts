import type { AnyMessage } from "@agentclientprotocol/sdk";
import { expect, it } from "vitest";
import { isSignOfLife } from "./signs-of-life";

const update = (sessionUpdate: string, text?: string) => ({
  method: "session/update",
  params: { update: { sessionUpdate, ...(text === undefined ? {} : { content: { type: "text", text } }) } },
});

it.each([
  [true, { id: 1, result: {} }],
  [true, { id: 1, method: "session/request_permission", params: {} }],
  [true, update("agent_message_chunk", "On it")],
  [true, update("agent_thought_chunk", "Hm")],
  [false, update("agent_message_chunk")],
  [false, update("agent_message_chunk", "")],
  [false, update("agent_thought_chunk", "\u001b[0m")],
  [false, update("usage_update")],
  [true, update("tool_call_update")],
  [true, update("of_tomorrow")],
  [false, update("session_info_update")],
  [false, update("available_commands_update")],
  [false, update("notice")],
  [false, { method: "_agent/ping", params: {} }],
])("is %s of %j", (expected, message) => {
  expect(isSignOfLife({ jsonrpc: "2.0", ...message } as AnyMessage)).toBe(expected);
});
