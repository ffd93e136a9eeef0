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
  handshake: 2m
  auth: api-key
  model: opus
  mode: plan
  mcp_servers:
    files: { command: npx, args: [-y, server], env: { TOKEN: "\${TOKEN}" } }
    tickets: { url: "https://t.example/mcp" }
    old: { url: "https://o.example", type: sse, headers: { X-Key: k } }
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
        handshake_ms: 120_000,
        model: "opus",
        mode: "plan",
        mcp_servers: [
          {
            name: "files",
            type: "stdio",
            command: "npx",
            args: ["-y", "server"],
            env: { TOKEN: "${TOKEN}" },
          },
          { name: "tickets", type: "http", url: "https://t.example/mcp", headers: {} },
          { name: "old", type: "sse", url: "https://o.example", headers: { "X-Key": "k" } },
        ],
      },
      {
        name: "bare",
        command: "./agent",
        args: [],
        env: {},
        auth: null,
        permissions: "ask",
        stall_ms: 300_000,
        handshake_ms: 30_000,
        model: null,
        mode: null,
        mcp_servers: [],
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
    [
      "a:\n  command: x\n  mcp_servers: [b]",
      "3:16 a.mcp_servers: expected a mapping of names to MCP servers, found a list of 1",
    ],
    [
      "a:\n  command: x\n  mcp_servers:\n    b: { comand: y }",
      "4:8 a.mcp_servers.b: command is missing; expected a program, for example npx",
    ],
    [
      "a:\n  command: x\n  mcp_servers:\n    b: { url: ftp://y }",
      '4:15 a.mcp_servers.b.url: expected an address that begins with https:// or http://, found "ftp://y"',
    ],
    ["a:\n  command: x\n  mcp_servers:\n    b: { url: http://y, headers: { A b: c } }", "4:36"],
    ["a b: { command: x }", '1:1 ["a b"]: expected a name of letters, digits, -, _ and .'],
  ])("refuses %j", (source, fault) => {
    expect(faultsOf(source)[0]).toContain(fault);
  });
});
