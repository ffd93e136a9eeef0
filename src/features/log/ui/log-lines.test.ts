import { describe, expect, it } from "vitest";
import { LineAssembler } from "./log-lines";

const T = "2026-01-01T00:00:00.000Z";
const piece = (text: string, stream = "stdout") => `${JSON.stringify({ t: T, stream, text })}\n`;

function linesOf(...pushed: string[]) {
  const assembler = new LineAssembler();
  for (const text of pushed) assembler.push(text);
  return assembler.lines.map((line) => [line.stream, line.plain]);
}

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
    const assembler = new LineAssembler();
    assembler.push(piece("\u001b[31mred\nstill\u001b[0m\nplain\n"));
    expect(assembler.lines.map((line) => line.carried)).toEqual(["", "\u001b[31m", ""]);
    expect(assembler.lines.map((line) => line.plain)).toEqual(["red", "still", "plain"]);
  });

  it("leaves out what is no log object and what is past its limit", () => {
    const assembler = new LineAssembler(2);
    assembler.push(`not json\n${piece("1\n2\n3\n")}`);
    expect(assembler.lines.map((line) => line.plain)).toEqual(["1", "2"]);
    expect(assembler.full).toBe(true);
  });
});
