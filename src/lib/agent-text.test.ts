import { describe, expect, it } from "vitest";
import { AgentText } from "./agent-text";

const say = (text: string, given = {}) => ({
  sessionUpdate: "agent_message_chunk",
  content: { type: "text", text },
  ...given,
});

function textOf(...updates: unknown[]): string {
  const agent = new AgentText();
  return updates.map((update) => agent.next(update)).join("");
}

describe("AgentText", () => {
  it("joins the pieces of a message, and begins a line for what comes after it", () => {
    const plan = [
      { content: "Read", status: "completed" },
      { content: "Write", status: "in_progress" },
      { content: "Test", status: "pending" },
    ];
    const thought = { sessionUpdate: "agent_thought_chunk", content: { type: "text", text: "hm" } };
    const tool = { sessionUpdate: "tool_call", toolCallId: "1", title: "Edit a", status: "in_progress" };
    const diff = { type: "diff", path: "/a", newText: "b" };
    const changed = {
      sessionUpdate: "tool_call_update",
      toolCallId: "1",
      status: "completed",
      content: [diff],
    };
    expect(textOf(thought, thought, say("I "), say("look"), { sessionUpdate: "plan", entries: plan })).toBe(
      "thinks: hmhm\nI look\nplan:\n  [x] Read\n  [>] Write\n  [ ] Test\n",
    );
    expect(textOf(say("a\n"), tool, changed)).toBe(
      "a\ntool: Edit a (in progress)\ntool: call 1 (completed)\n  changes /a\n",
    );
    expect(textOf(say("a", { messageId: "1" }), say("b", { messageId: "2" }))).toBe("a\nb");
  });

  it("tells once what stands of the session, also of a kind that is not known", () => {
    const info = { sessionUpdate: "session_info_update", title: "Reconnecting… waiting\nfor network" };
    const notice = { sessionUpdate: "notice", severity: "warning", title: "Slow", description: "try later" };
    const mode = { sessionUpdate: "current_mode_update", currentModeId: "plan" };
    const tomorrow = { sessionUpdate: "retry_of_tomorrow", message: "again in 5 s" };
    expect(textOf(say("a"), info, info, say("b"), info, notice, mode, tomorrow)).toBe(
      "a\nsession: Reconnecting… waiting for network\nb\nnotice: Slow: try later\ncurrent mode: plan\nretry of tomorrow: again in 5 s\n",
    );
    expect(
      textOf({ sessionUpdate: "session_info_update", title: null }, { sessionUpdate: "of_tomorrow" }),
    ).toBe("");
  });

  it("shows nothing of what has nothing to read, and lets nothing break it", () => {
    const between = { sessionUpdate: "usage_update", used: 1, size: 2 };
    expect(textOf(say("a"), between, say("b"))).toBe("ab");
    const broken = [null, 1, "x", [], {}, { sessionUpdate: "plan" }, { sessionUpdate: "tool_call_update" }];
    expect(textOf(...broken, { sessionUpdate: "agent_message_chunk" })).toBe("plan:\n");
    const image = { sessionUpdate: "agent_message_chunk", content: { type: "image", uri: "file:///a.png" } };
    expect(textOf(image)).toBe("[image file:///a.png]");
  });
});
