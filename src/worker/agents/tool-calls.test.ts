import { describe, expect, it } from "vitest";
import { ToolCalls } from "./tool-calls";

const same = (value: unknown) => value;

describe("ToolCalls", () => {
  it("knows what the agent has told of a call that it asks for by its id alone", () => {
    const calls = new ToolCalls();
    const diff = { type: "diff", path: "/a.txt", oldText: null, newText: "a" };
    calls.hear({ sessionUpdate: "tool_call", toolCallId: "1", title: "Edit", kind: "edit" });
    calls.hear({
      sessionUpdate: "tool_call_update",
      toolCallId: "1",
      title: null,
      content: [diff, { type: "content", content: { type: "text", text: "why" } }, { type: "terminal" }],
      locations: [{ path: "/a.txt", line: 3 }, { line: 1 }],
    });
    expect(calls.asked({ toolCallId: "1", rawInput: { path: "/a.txt" } }, same)).toEqual({
      id: "1",
      title: "Edit",
      kind: "edit",
      locations: [{ path: "/a.txt", line: 3 }],
      content: [
        { type: "diff", path: "/a.txt", old_text: null, new_text: "a" },
        { type: "text", text: "why" },
      ],
      input: '{\n  "path": "/a.txt"\n}',
      is_cut: false,
    });
  });

  it("keeps no more than a reader takes in, and nothing that Postgres cannot keep", () => {
    const content = Array.from({ length: 30 }, () => ({
      type: "content",
      content: { type: "text", text: `\0${"x".repeat(5_000)}` },
    }));
    const asked = new ToolCalls().asked({ toolCallId: "1", content } as never, same);
    expect(asked).toMatchObject({ title: "call 1", is_cut: true });
    expect(asked.content).toHaveLength(20);
    const text = JSON.stringify(asked);
    expect(text.length).toBeLessThan(40_000);
    expect(text).not.toContain("\\u0000");
  });

  it("is masked before it is cut", () => {
    const hidden = (value: unknown) => JSON.parse(JSON.stringify(value).replaceAll("hunter2", "***"));
    const title = `${"x".repeat(996)}hunter2`;
    expect(new ToolCalls().asked({ toolCallId: "1", title }, hidden).title).toBe(`${"x".repeat(996)}***`);
  });
});
