import { describe, expect, it } from "vitest";
import { diffLines } from "./diff-lines";
import { SessionLog, type ToolItem } from "./session-log";
import { shownPath } from "./shown-path";

const T = "2026-01-01T00:00:00.000Z";
const line = (facts: object) => `${JSON.stringify({ t: T, ...facts })}\n`;
const update = (facts: object) => line({ stream: "agent", update: facts });
const says = (text: string, sessionUpdate = "agent_message_chunk") =>
  update({ sessionUpdate, content: { type: "text", text } });

function sessionOf(...lines: string[]): SessionLog {
  const log = new SessionLog();
  for (const each of lines) log.push(each);
  return log;
}

const shape = (log: SessionLog) =>
  log.items.map((item) => (item.kind === "tool" ? `tool ${item.title}` : `${item.kind} ${item.text}`));

describe("SessionLog", () => {
  it("puts what is said together, however it is cut, and keeps what stands between apart", () => {
    const text = [
      update({ sessionUpdate: "_phaseboard", prompt: "Do it." }),
      says("I ", "agent_thought_chunk"),
      says("think.", "agent_thought_chunk"),
      says("Hello "),
      says("you."),
      update({ sessionUpdate: "tool_call", toolCallId: "1", title: "ls", kind: "execute" }),
      says("Done."),
      update({ sessionUpdate: "plan", entries: [] }),
      says("All of it."),
      line({ stream: "system", text: "A note.\n" }),
      line({ stream: "stderr", text: "\u001b[31mone\n" }),
      line({ stream: "stderr", text: "two\n" }),
    ].join("");
    const expected = [
      "prompt Do it.",
      "thought I think.",
      "message Hello you.",
      "tool ls",
      "message Done.",
      "message All of it.",
      "note A note.",
      "output one\ntwo\n",
    ];
    expect(shape(sessionOf(text))).toEqual(expected);
    const pieces = text.match(/[\s\S]{1,7}/g) ?? [];
    expect(shape(sessionOf(...pieces))).toEqual(expected);
  });

  it("shows what people wrote once each, and knows where a step is continued", () => {
    const messages = [
      { id: "m1", text: "And the docs?", by: "Ada" },
      { id: "m2", text: "Be quick.", by: "Grace" },
    ];
    const prompt = update({ sessionUpdate: "_phaseboard", prompt: "And the docs?\n\nBe quick.", messages });
    const asked = update({ sessionUpdate: "_phaseboard", prompt: "Do it." });
    const later = sessionOf(asked, says("Done."), prompt, says("Sure."), prompt);
    expect(shape(later)).toEqual([
      ...["prompt Do it.", "message Done.", "person And the docs?", "person Be quick.", "message Sure."],
    ]);
    expect(later.items[2]).toMatchObject({ by: "Ada" });
    expect(later.goesOn).toBe(false);
    expect(sessionOf(prompt).goesOn).toBe(true);
  });

  it("keeps a tool call in its place as it goes on", () => {
    const log = sessionOf(
      update({ sessionUpdate: "tool_call", toolCallId: "1", title: "Edit", kind: "edit", status: "pending" }),
      says("meanwhile"),
    );
    const [item] = log.items as [ToolItem];
    const before = item.version;
    log.push(
      update({
        sessionUpdate: "tool_call_update",
        toolCallId: "1",
        status: "completed",
        locations: [{ path: "/a.ts", line: 3 }, { nothing: 1 }],
        content: [
          { type: "diff", path: "/a.ts", oldText: "a", newText: "b" },
          { type: "content", content: { type: "text", text: "ok" } },
          { type: "of tomorrow" },
        ],
      }),
    );
    expect(log.items[0]).toBe(item);
    expect(item.version).toBeGreaterThan(before);
    expect(item).toMatchObject({
      title: "Edit",
      status: "completed",
      locations: [{ path: "/a.ts", line: 3 }],
      content: [
        { type: "diff", old_text: "a", new_text: "b" },
        { type: "text", text: "ok" },
      ],
    });
  });

  it("has the newest plan and use", () => {
    const log = sessionOf(
      update({ sessionUpdate: "plan", entries: [{ content: "a", status: "pending" }] }),
      update({ sessionUpdate: "plan", entries: [{ content: "a", status: "completed" }, { content: "b" }] }),
      update({ sessionUpdate: "usage_update", used: 12, size: 100, cost: { amount: 0.5, currency: "USD" } }),
    );
    expect(log.plan).toEqual([
      { content: "a", status: "completed" },
      { content: "b", status: "pending" },
    ]);
    expect(log.usage).toEqual({ used: 12, size: 100, cost: "0.5 USD" });
  });

  it("goes on in another item where a message is long, and passes by what it does not know", () => {
    const long = "x".repeat(9_000);
    const log = sessionOf(says(long), says("end.\n\nNext"), "no json\n", update({ sessionUpdate: "mode" }));
    expect(shape(log)).toEqual([`message ${long}end.`, "message Next"]);
  });
});

describe("diffLines", () => {
  it("shows what changed with a few lines around it", () => {
    const before = Array.from({ length: 20 }, (_, at) => `line ${at + 1}\n`).join("");
    const { lines, added, removed } = diffLines(before, before.replace("line 10\n", "ten\n"));
    expect([added, removed]).toEqual([1, 1]);
    expect(lines.map(({ sign, text }) => `${sign}${text}`)).toEqual([
      " line 7",
      " line 8",
      " line 9",
      "-line 10",
      "+ten",
      " line 11",
      " line 12",
      " line 13",
    ]);
    expect(lines[0]).toMatchObject({ before: 7, after: 7, isAfterGap: true });
    expect(lines[4]).toMatchObject({ before: null, after: 10, isAfterGap: false });
  });

  it("shows a new file as all new, and says nothing of its missing line end", () => {
    const { lines } = diffLines(null, "a\nb");
    expect(lines).toMatchObject([
      { sign: "+", text: "a", after: 1 },
      { sign: "+", text: "b", after: 2 },
    ]);
  });
});

it("shows a path of the run's own folder as people know it", () => {
  expect(shownPath("/srv/data/workspaces/p1x/r2y/files/src/a.ts")).toBe("src/a.ts");
  expect(shownPath("/srv/site/src/a.ts")).toBe("/srv/site/src/a.ts");
});
