import { describe, expect, it } from "vitest";
import { createMask } from "../../engine/logs/mask/mask";
import { UpdateMask } from "./update-mask";

const say = (text: string, given = {}) => ({
  sessionUpdate: "agent_message_chunk",
  content: { type: "text", text },
  ...given,
});
const tool = { sessionUpdate: "tool_call", toolCallId: "1", rawInput: { key: ["a secret-1 b"] } };

describe("UpdateMask", () => {
  it("holds back what may be a secret until it is told apart", () => {
    const mask = new UpdateMask(createMask(["secret-1"]));
    expect(mask.push(say("see sec"))).toEqual([say("see ")]);
    const usage = { sessionUpdate: "usage_update", used: 1 };
    expect(mask.push(usage)).toEqual([usage]);
    expect(mask.push(say("ret-1!"))).toEqual([say("***!")]);
    expect(mask.push(say("sec"))).toEqual([]);
    expect(mask.push(tool)).toEqual([say("sec"), { ...tool, rawInput: { key: ["a *** b"] } }]);
    expect(mask.push(say("sec"))).toEqual([]);
    expect(mask.push(say("x", { messageId: "2" }))).toEqual([say("sec"), say("x", { messageId: "2" })]);
    expect(mask.end()).toEqual([]);
  });

  it("hides secrets outside of the text too, and gives the rest at the end", () => {
    const mask = new UpdateMask(createMask(["secret-1"]));
    expect(mask.push(say("€ secret-", { _meta: { of: "secret-1" } }))).toEqual([
      say("€ ", { _meta: { of: "***" } }),
    ]);
    expect(mask.end()).toEqual([say("secret-", { _meta: { of: "***" } })]);
  });
});
