import { describe, expect, it } from "vitest";
import { keyVariables, protocolMode, signInProgram } from "./known-agents";

const started = (line: string) => {
  const [command = "", ...args] = line.split(" ");
  return { command, args };
};

describe("protocolMode", () => {
  it.each([
    ["gemini", "args: [--acp]"],
    ["/opt/bin/gemini -m pro", "args: [-m, pro, --acp]"],
    ["npx -y @google/gemini-cli@0.9", "args: [-y, @google/gemini-cli@0.9, --acp]"],
    ["node ./node_modules/.bin/opencode.js", "args: [./node_modules/.bin/opencode.js, acp]"],
    ["opencode run", "args: [run, acp]"],
    ["droid", "args: [exec, --output-format, acp]"],
    ["claude -p", "command: claude-agent-acp (npm install -g @agentclientprotocol/claude-agent-acp)"],
    ["npx @anthropic-ai/claude-code", "command: claude-agent-acp"],
    ["codex", "command: codex-acp"],
  ])("%s is to be started with %s", (line, mend) => {
    expect(protocolMode(started(line))).toContain(mend);
  });

  it.each(["gemini --experimental-acp", "opencode acp", "claude-agent-acp", "my-agent", "my-agent gemini"])(
    "says nothing of %s",
    (line) => expect(protocolMode(started(line))).toBeNull(),
  );
});

describe("signInProgram", () => {
  it.each([
    ["claude-agent-acp", "claude"],
    ["npx -y @zed-industries/codex-acp", "codex login"],
    ["gemini --acp", "gemini"],
    ["gemini --experimental-acp", "gemini"],
    ["npx -y opencode-ai@1 acp", "npx -y opencode-ai@1 auth login"],
    ["droid exec --output-format acp", "droid"],
    ["my-agent --serve", "my-agent --serve"],
  ])("%s signs in by %s", (line, program) => {
    expect(signInProgram(started(line))).toEqual(started(program));
  });
});

describe("keyVariables", () => {
  it.each([
    ["claude-agent-acp", ["ANTHROPIC_API_KEY", "CLAUDE_CODE_OAUTH_TOKEN"]],
    ["npx -y @zed-industries/claude-code-acp", ["ANTHROPIC_API_KEY", "CLAUDE_CODE_OAUTH_TOKEN"]],
    ["codex-acp", ["CODEX_API_KEY", "OPENAI_API_KEY"]],
    ["gemini --acp", ["GEMINI_API_KEY"]],
    ["my-agent", []],
  ])("%s signs in by %j", (line, names) => expect(keyVariables(started(line))).toEqual(names));
});
