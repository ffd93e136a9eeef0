import { describe, expect, it } from "vitest";
import { LineAssembler, type LogLine, shownLine } from "./log-lines";
import { plainText } from "./plain-text";

const T = "2026-01-01T00:00:00.000Z";
const piece = (text: string, stream = "stdout") => `${JSON.stringify({ t: T, stream, text })}\n`;

function assembled(...pushed: string[]): LogLine[] {
  const lines: LogLine[] = [];
  const assembler = new LineAssembler((index, line) => {
    lines[index] = shownLine(line);
  });
  for (const text of pushed) assembler.push(text);
  return lines;
}

const linesOf = (...pushed: string[]) =>
  assembled(...pushed).map((line) => [line.stream, plainText(line.text)]);

describe("LineAssembler", () => {
  it("makes a line of each line break", () => {
    expect(linesOf(piece("one\ntwo\n"))).toEqual([
      ["stdout", "one"],
      ["stdout", "two"],
    ]);
  });

  it("joins pieces of a line, also around another stream's line", () => {
    expect(linesOf(piece("a"), piece("warn\n", "stderr"), piece("b\n"), piece("c\n"))).toEqual([
      ["stdout", "ab"],
      ["stderr", "warn"],
      ["stdout", "c"],
    ]);
  });

  it("shows what an agent tells: its words as they grow, its calls each on a line", () => {
    const told = (update: object) => `${JSON.stringify({ t: T, stream: "agent", update })}\n`;
    const say = (text: string) =>
      told({ sessionUpdate: "agent_message_chunk", content: { type: "text", text } });
    const tool = told({ sessionUpdate: "tool_call", toolCallId: "1", title: "Edit a.txt" });
    expect(linesOf(say("I "), piece("warn\n", "stderr"), say("see"), tool, say("done"))).toEqual([
      ["agent", "I see"],
      ["stderr", "warn"],
      ["agent", "tool: Edit a.txt"],
      ["agent", "done"],
    ]);
  });

  it("waits for the rest of a JSON line that was cut", () => {
    const whole = piece("hello\n");
    expect(linesOf(whole.slice(0, 20), whole.slice(20))).toEqual([["stdout", "hello"]]);
  });

  it("keeps empty lines, and shows an unfinished last one", () => {
    expect(linesOf(piece("\n\nx"))).toEqual([
      ["stdout", ""],
      ["stdout", ""],
      ["stdout", "x"],
    ]);
  });

  it("shows what a carriage return leaves", () => {
    expect(linesOf(piece("10 %\r"), piece("20 %\r"), piece("done\n"), piece("dos\r\n"))).toEqual([
      ["stdout", "done"],
      ["stdout", "dos"],
    ]);
  });

  it("carries a colour that was left on, until it is reset", () => {
    const texts = assembled(piece("\u001b[31mred\nstill\u001b[0m\nplain\n")).map(({ text }) => text);
    expect(texts).toEqual(["\u001b[31mred", "\u001b[31mstill\u001b[0m", "plain"]);
  });

  it("leaves out what is no log object", () => {
    expect(linesOf(`not json\n${piece("1\n")}`)).toEqual([["stdout", "1"]]);
  });

  it("goes on from the place of another one, in the middle of a line and of a colour", () => {
    const before = piece("\u001b[31mred\nhalf ") + piece("of\n", "stderr");
    const after = piece("a line\n") + piece("last\n");
    const first = new LineAssembler(() => {});
    first.push(before);
    const lines: LogLine[] = [];
    const second = new LineAssembler(
      (index, line) => {
        lines[index] = shownLine(line);
      },
      JSON.parse(JSON.stringify(first.place)),
    );
    second.push(after);
    expect(lines.slice(1)).toEqual(
      assembled(before, after)
        .slice(1)
        .map((line, at) => (at === 1 ? undefined : line)),
    );
  });
});
