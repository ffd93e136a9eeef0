import { describe, expect, it } from "vitest";
import { renderFaults } from "./faults";
import { parseYamlDefinition } from "./parse-yaml";

/** A definition with `lines` below `on:`, which stands in line 9. */
const withOn = (...lines: string[]) =>
  `name: Ship
phases: [build]
args_schema:
  type: object
  required: [channel, ref]
  properties:
    channel: { type: string, enum: [beta, stable] }
    ref: { type: string, default: main }
on:
${lines.map((line) => `  ${line}\n`).join("")}steps: [{ id: one, type: script, run: make }]
`;

function read(source: string) {
  const result = parseYamlDefinition(source, "d.yaml");
  if (!result.ok) throw new Error(renderFaults(result.faults));
  return result.definition.on;
}

/** Faults as `line:column message`. */
function faultsOf(...lines: string[]): string[] {
  const result = parseYamlDefinition(withOn(...lines), "d.yaml");
  return result.ok ? [] : renderFaults(result.faults).replaceAll("d.yaml:", "").split("\n");
}

describe("on", () => {
  it("is read with its defaults", () => {
    const on = read(
      withOn(
        "schedule:",
        '  - cron: "0 7 * * 1-5"',
        "    timezone: Europe/Berlin",
        "    args: { channel: beta }",
        "  - { id: nightly, cron: '@daily', overlap: queue, args: { channel: stable, ref: next } }",
        "webhook:",
        "  - args: { channel: stable, ref: '${{ body.ref }}' }",
        "  - id: push",
        "    if: ${{ headers['x-github-event'] == 'push' }}",
        "    args: { channel: \"${{ has(query.channel) ? query.channel : 'beta' }}\" }",
      ),
    );
    expect(on).toEqual({
      schedule: [
        {
          key: "1",
          cron: "0 7 * * 1-5",
          timezone: "Europe/Berlin",
          overlap: "skip",
          args: { channel: "beta" },
        },
        {
          key: "nightly",
          cron: "@daily",
          timezone: "UTC",
          overlap: "queue",
          args: { channel: "stable", ref: "next" },
        },
      ],
      webhook: [
        { key: "default", args: { channel: "stable", ref: "${{ body.ref }}" }, if: null },
        {
          key: "push",
          args: { channel: "${{ has(query.channel) ? query.channel : 'beta' }}" },
          if: "${{ headers['x-github-event'] == 'push' }}",
        },
      ],
    });
  });

  it("is absent where it is not written", () => {
    expect(read("name: A\nphases: [a]\nsteps: [{ id: a, type: script, run: make }]\n")).toBeUndefined();
  });

  it.each([
    [["push: {}"], "10:3 on.push: unknown key; known here are schedule, webhook"],
    [["schedule: 7"], "10:13 on.schedule: expected a list of schedules, found 7"],
    [["schedule:", "  - timezone: UTC"], "11:7 on.schedule[0]: cron is missing"],
    [
      ["schedule:", "  - { cron: 5 }"],
      '11:15 on.schedule[0].cron: expected a cron expression such as "0 7 * * 1-5", found 5',
    ],
    [
      ["schedule:", '  - { cron: "* * * * * *", args: { channel: beta } }'],
      "11:15 on.schedule[0].cron: expected five fields, without seconds or years: a schedule fires at most once a minute",
    ],
    [
      ["schedule:", '  - { cron: "0 0 31 2 *", args: { channel: beta } }'],
      "11:15 on.schedule[0].cron: there is no such day",
    ],
    [
      ["schedule:", '  - { cron: "@daily", time_zone: UTC, args: { channel: beta } }'],
      '11:25 on.schedule[0].time_zone: unknown key; did you mean "timezone"?',
    ],
    [
      ["schedule:", '  - { cron: "@daily", timezone: Europe/Belin, args: { channel: beta } }'],
      '11:35 on.schedule[0].timezone: expected the name of a time zone such as Europe/Berlin; did you mean "Europe/Berlin"?, found "Europe/Belin"',
    ],
    [
      ["schedule:", '  - { cron: "@daily", args: { channel: gamma } }'],
      "11:42 on.schedule[0].args.channel: args.channel must be one of beta, stable",
    ],
    [["schedule:", '  - { cron: "@daily" }'], "11:7 on.schedule[0].args: args.channel is required"],
    [
      ["schedule:", '  - { cron: "@daily", args: { channel: "${{ body.x }}" } }'],
      "11:42 on.schedule[0].args.channel: a schedule is sent nothing",
    ],
    [
      [
        "schedule:",
        '  - { id: "2", cron: "@daily", args: { channel: beta } }',
        '  - { cron: "@daily", args: { channel: beta } }',
      ],
      '12:7 on.schedule[1].id: "2" is the id of on.schedule[0] already',
    ],
    [["webhook:", "  - { id: Push!, args: { channel: beta } }"], "11:13 on.webhook[0].id: expected an id"],
    [["webhook:", "  - {}"], "11:7 on.webhook[0].args: channel is missing, which args_schema requires"],
    [
      ["webhook:", "  - args: { channel: beta, chanel: x }"],
      '11:30 on.webhook[0].args.chanel: args_schema names no "chanel"; did you mean "channel"?',
    ],
    [
      ["webhook:", "  - args: { channel: 'a ${{ args.x }}' }"],
      '11:27 on.webhook[0].args.channel: unknown name "args", known here are body, headers, query',
    ],
    [
      ["webhook:", "  - args: { channel: beta }", "    if: ${{ process.env }}"],
      '12:11 on.webhook[0].if: unknown name "process"',
    ],
    [
      ["webhook:", "  - args: { channel: beta }", "    if: yes ${{ true }}"],
      "12:11 on.webhook[0].if: a condition is one expression",
    ],
    [
      ["webhook:", "  - args: { channel: beta }", "  - args: { channel: stable }"],
      '12:7 on.webhook[1].id: "default" is the id of on.webhook[0] already',
    ],
  ])("%j is refused with its place", (lines, fault) => {
    const faults = faultsOf(...lines);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(fault);
  });

  it("does not complain about args twice where the schema itself is wrong", () => {
    const source = withOn("schedule:", '  - { cron: "@daily", args: {} }').replace(
      "type: string,",
      "type: text,",
    );
    const result = parseYamlDefinition(source, "d.yaml");
    const paths = result.ok ? [] : result.faults.map(({ path }) => path);
    expect(new Set(paths)).toEqual(new Set(["args_schema.properties.channel.type"]));
  });
});

it("a fault of a schedule's rule or time zone says what may stand there, in a field of its own", () => {
  const source = withOn(
    "schedule:",
    '  - { cron: "60 * * * *", timezone: Nowhere, args: { channel: beta } }',
  );
  const result = parseYamlDefinition(source, "d.yaml");
  expect(result.ok ? [] : result.faults).toMatchObject([
    { path: "on.schedule[0].cron", expected: expect.stringMatching(/^five fields/) },
    { path: "on.schedule[0].timezone", expected: "the name of a time zone such as Europe/Berlin" },
  ]);
});
