import { describe, expect, it } from "vitest";
import { parseAgents } from "./parse-agents";

function faultsOf(source: string): string[] {
  const parsed = parseAgents(source);
  return parsed.ok ? [] : parsed.faults.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

describe("parseAgents", () => {
  it("fills the defaults in, and keeps variables as they were written", () => {
    const parsed = parseAgents(`
claude:
  command: npx
  args: [-y, adapter]
  env: { MODEL: 1.10, ON: true }
  permissions: allow
  stall: 10m
  auth: api-key
bare: { command: ./agent }
`);
    expect(parsed.ok && [...parsed.agents.values()]).toEqual([
      {
        name: "claude",
        command: "npx",
        args: ["-y", "adapter"],
        env: { MODEL: "1.10", ON: "true" },
        auth: "api-key",
        permissions: "allow",
        stall_ms: 600_000,
      },
      {
        name: "bare",
        command: "./agent",
        args: [],
        env: {},
        auth: null,
        permissions: "ask",
        stall_ms: 300_000,
      },
    ]);
  });

  it("takes an empty file as one that names none", () => {
    expect(parseAgents("# none yet\n")).toEqual({ ok: true, agents: new Map() });
  });

  it.each([
    ["- claude", "1:1 expected a mapping of names to agents, found a list of 1"],
    ["claude: npx", '1:9 claude: expected a mapping with command and args, found "npx"'],
    ["claude: {}", "1:9 claude: command is missing; expected a program, for example npx"],
    ["a:\n  command: x\n  arg: [y]", '3:3 a.arg: unknown key; did you mean "args"?'],
    ["a:\n  command: x\n  permissions: yes", '3:16 a.permissions: expected ask, allow or deny, found "yes"'],
    [
      "a:\n  command: x\n  stall: soon",
      '3:10 a.stall: expected a duration such as 30s, 10m or 2h, found "soon"',
    ],
    [
      "a:\n  command: x\n  env: { PHASEBOARD_RUN_ID: y }",
      "3:10 a.env.PHASEBOARD_RUN_ID: names that begin with PHASEBOARD_ are set by Phaseboard itself",
    ],
    ["a b: { command: x }", '1:1 ["a b"]: expected a name of letters, digits, -, _ and .'],
  ])("refuses %j", (source, fault) => {
    expect(faultsOf(source)).toEqual([fault]);
  });
});
