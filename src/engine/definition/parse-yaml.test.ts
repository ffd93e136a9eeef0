import { describe, expect, it } from "vitest";
import { renderFaults } from "./faults";
import { parseYamlDefinition } from "./parse-yaml";
import type { CompiledStep } from "./types";
import { MAX_FAULTS } from "./yaml-document";

const parse = (source: string) => parseYamlDefinition(source, "ship.yaml");

function compiled(source: string) {
  const result = parse(source);
  if (!result.ok) throw new Error(renderFaults(result.faults));
  return result.definition;
}

/** Faults as `line:column message`. */
function faultsOf(source: string): string[] {
  const result = parse(source);
  return result.ok ? [] : renderFaults(result.faults).replaceAll("ship.yaml:", "").split("\n");
}

/** A definition of one script step with `lines` more in the step. */
const withStep = (...lines: string[]) =>
  ["name: Ship", "phases: [build]", "steps:", "  - id: one", "    type: script", "    run: make"]
    .concat(lines.map((line) => `    ${line}`))
    .join("\n");

const SHIP = `
name: Ship a release
description: Build, test and publish
phases: [build, test, publish]
args_schema:
  type: object
  required: [channel]
  properties:
    channel: { type: string, enum: [beta, stable], default: beta }
env: { CI: "1" }
steps:
  - id: build
    name: Build the package
    phase: build
    type: script
    run: npm run build
    env: { CHANNEL: "\${{ args.channel }}" }
    working_directory: packages/app
    timeout: 10m
    retry: { attempts: 3, delay: 5s, backoff: exponential }
    artifacts: ["dist/**/*.tgz"]
  - id: unit
    phase: test
    type: script
    run: npm test
    needs: [build]
    if: \${{ args.channel == 'stable' }}
    continue_on_error: true
  - id: sign-off
    phase: publish
    type: approval
    prompt: Publish \${{ steps.build.output.version }} to \${{ args.channel }}?
    approvers: { role: maintainer, count: 1, allow_self: false }
  - id: notes
    phase: publish
    type: agent
    agent: claude
    prompt: Write release notes for \${{ steps.build.output.version }}.
`;

it.each([
  ["---\nname: Other", 7],
  ["...\nname: Other", 8],
  ["... # done\n# of two\n---\nname: Other", 9],
])("a second document is refused where it begins: %j", (more, line) => {
  const [fault, ...others] = faultsOf(`${withStep()}\n${more}\n`);
  expect([fault, others]).toEqual([
    expect.stringMatching(new RegExp(`^${line}:1 a second YAML document`)),
    [],
  ]);
});

it("what only begins and ends the one document is taken", () => {
  for (const source of [`# ours\n---\n${withStep()}\n...\n# the end\n`, `---\n${withStep()}\n...\n`]) {
    expect(faultsOf(source)).toEqual([]);
  }
});

describe("a valid definition", () => {
  it("is compiled with defaults, durations in milliseconds and its env merged in", () => {
    const definition = compiled(SHIP);
    expect(definition).toMatchObject({ name: "Ship a release", is_template: false });
    expect(definition.phases).toEqual(["build", "test", "publish"]);
    const [build, unit, signOff, notes] = definition.steps;
    expect(build).toEqual({
      id: "build",
      name: "Build the package",
      phase: "build",
      kind: "script",
      needs: [],
      if: null,
      continue_on_error: false,
      timeout_ms: 600_000,
      retry: { attempts: 3, delay_ms: 5_000, backoff: "exponential" },
      env: { CI: "1", CHANNEL: "${{ args.channel }}" },
      run: "npm run build",
      working_directory: "packages/app",
      artifacts: ["dist/**/*.tgz"],
    } satisfies CompiledStep);
    expect(unit).toMatchObject({ name: "unit", needs: ["build"], timeout_ms: 1_800_000 });
    expect(unit).toMatchObject({ if: "${{ args.channel == 'stable' }}", continue_on_error: true });
    expect(signOff).toMatchObject({ kind: "approval", needs: ["unit"], env: {} });
    expect(signOff).toMatchObject({ approvers: { role: "maintainer", count: 1, allow_self: false } });
    expect(notes).toMatchObject({ kind: "agent", agent: "claude", needs: ["sign-off"], env: { CI: "1" } });
  });

  it("may leave out the phase where there is one, and writes numbers in env as they stand", () => {
    const [step] = compiled(withStep("env: { VERSION: 1.10, ON: yes, OFF: false }")).steps;
    expect(step).toMatchObject({ phase: "build", env: { VERSION: "1.10", ON: "yes", OFF: "false" } });
  });

  it("may use anchors, and conditions without marks", () => {
    const source = withStep("env: &shared { A: a }", "if: true").concat(
      "\n  - { id: two, type: script, run: make, env: *shared, if: steps.one.status == 'completed' }",
    );
    expect(compiled(source).steps[1]).toMatchObject({ env: { A: "a" }, needs: ["one"] });
  });

  it("orders its steps so that each follows those it needs", () => {
    const step = (id: string, needs: string) =>
      `  - { id: ${id}, type: script, run: make, needs: ${needs} }\n`;
    const source = `name: n\nphases: [p]\nsteps:\n${step("last", "[left, right]")}${step("left", "[first]")}${step("right", "[first]")}${step("first", "[]")}`;
    expect(compiled(source).steps.map(({ id }) => id)).toEqual(["first", "left", "right", "last"]);
  });
});

it("tells all faults at once: of single fields, and of what is checked between them", () => {
  const source = `name: [n]
phases: [build, test]
budget: { tokens: none }
steps:
  - { id: one, phase: biuld, type: script, run: make }
  - { id: two, phase: [test], type: script, tiemout: 3m, needs: [tow] }
  - { id: three, phase: test, type: script, run: make, if: "\${{ steps.onne.status == 1 }}" }
`;
  expect(faultsOf(source)).toEqual([
    "1:7 name: expected a name, found a list of 1",
    '3:19 budget.tokens: expected a number of tokens, found "none"',
    '5:23 steps[0].phase: there is no phase "biuld"; did you mean "build"?',
    "6:5 steps[1]: run is missing; expected the command to run",
    "6:23 steps[1].phase: expected the name of a phase, found a list of 1",
    '6:45 steps[1].tiemout: unknown key; did you mean "timeout"?',
    '6:66 steps[1].needs[0]: there is no step "tow"; did you mean "two"?',
    '7:61 steps[2].if: there is no step "onne"; did you mean "one"?',
  ]);
  // What decides over other fields is told alone.
  expect(faultsOf(source.replace("[build, test]", "build"))).toHaveLength(6);
});

describe("a fault names its place, what was expected and what was found", () => {
  it.each([
    [
      withStep("timeout: soon"),
      '7:14 steps[0].timeout: expected a duration such as 30s, 10m or 2h, found "soon"',
    ],
    [withStep("timeout: 25h"), '7:14 steps[0].timeout: expected a duration from 1s to 24h, found "25h"'],
    [withStep("timeout: 30"), "7:14 steps[0].timeout: expected a duration such as 30s, 10m or 2h, found 30"],
    [withStep("tiemout: 30s"), '7:5 steps[0].tiemout: unknown key; did you mean "timeout"?'],
    [
      withStep("retry: { attempts: 21 }"),
      "7:24 steps[0].retry.attempts: expected a whole number from 1 to 20, found 21",
    ],
    [
      withStep("retry: { tries: 2, attempts: 2 }"),
      "7:14 steps[0].retry.tries: unknown key; known here are attempts, delay, backoff",
    ],
    [withStep("phase: biuld"), '7:12 steps[0].phase: there is no phase "biuld"; did you mean "build"?'],
    [withStep("needs: [two]"), '7:13 steps[0].needs[0]: there is no step "two"'],
    [withStep("needs: [one]"), "7:13 steps[0].needs[0]: a step cannot need itself"],
    [withStep("env: { A B: x }"), 'steps[0].env["A B"]: expected a name of letters, digits and _'],
    [withStep("env: { PHASEBOARD_RUN_ID: x }"), "set by Phaseboard itself"],
    [withStep("env: { A: [x] }"), '7:15 steps[0].env.A: expected text, for example "1", found a list of 1'],
    [withStep("working_directory: ../other"), 'expected a path inside the project, found "../other"'],
    [withStep('artifacts: ["/etc/passwd"]'), "expected a path inside the project"],
    [withStep("continue_on_error: maybe"), 'expected true or false, found "maybe"'],
    ["name: n\nphases: [p]\nsteps: []", "3:8 steps: expected at least one step, found an empty list"],
    ["phases: [p]\nsteps: [{ id: a, type: script, run: x }]", "1:1 name is missing; expected a name"],
    ["- a\n- b", "1:1 expected a mapping with name, phases and steps, found a list of 2"],
    ["", "expected a mapping with name, phases and steps, found null"],
    [
      `run_name: "\${{ run.name }} \${{ run.number }}"\n${withStep("env: {}")}`,
      "run_name: run.name is what this gives; run.number and run.id are there by then",
    ],
    [
      `run_name: "\${{ steps.a.output }}"\n${withStep("env: {}")}`,
      'unknown name "steps", known here are args, project, run',
    ],
    [
      "name: n\nphases: [a, A]\nsteps: [{ id: a, phase: a, type: script, run: x }]",
      'the phase "A" is there twice',
    ],
    [
      "name: n\nphases: [a, b]\nsteps: [{ id: a, type: script, run: x }]",
      "3:9 steps[0]: phase is missing; expected one of a, b",
    ],
    [
      "name: n\nphases: [a]\nsteps: [{ id: a, type: scirpt, run: x }]",
      '3:24 steps[0].type: expected one of script, agent, approval, found "scirpt"; did you mean "script"?',
    ],
    [
      "name: n\nphases: [a]\nsteps: [{ id: A, type: script, run: x }]",
      "expected an id of at most 64 lower-case letters",
    ],
    [
      "name: n\nphases: [a]\nsteps: [{ id: a, type: approval }]",
      "3:9 steps[0]: prompt is missing; expected a text",
    ],
    [
      "name: n\nphases: [a]\nsteps: [nothing]",
      '3:9 steps[0]: expected a step with id and type, found "nothing"',
    ],
    ["name: [n\nphases: [a]", "2:1 "],
    ["name: n\nname: m\nphases: [a]", '2:1 the key "name" is there twice'],
  ])("%s", (source, expected) => {
    expect(faultsOf(source).join("\n")).toContain(expected);
  });

  it("gives all faults in the order of the file", () => {
    const faults = faultsOf(
      `phases: [p]\nsteps:\n  - id: a\n    type: script\n    run: 5\n  - id: B\n    type: agent\n`,
    );
    expect(faults.map((fault) => fault.split(" ")[0])).toEqual(["1:1", "5:10", "6:5", "6:5", "6:9"]);
  });

  it("tells of two steps with one id, and of steps that wait for each other", () => {
    const step = (id: string, needs: string) => `  - { id: ${id}, type: script, run: make${needs} }\n`;
    const head = "name: n\nphases: [p]\nsteps:\n";
    expect(faultsOf(head + step("a", "") + step("a", ""))).toEqual([
      '5:11 steps[1].id: "a" is the id of steps[0] already',
    ]);
    expect(
      faultsOf(
        head +
          step("z", ", needs: []") +
          step("a", ", needs: [c]") +
          step("b", ", needs: [a]") +
          step("c", ", needs: [b]"),
      ),
    ).toEqual(["5:46 steps[1].needs: the steps wait for each other: a → c → b → a"]);
  });
});

describe("expressions", () => {
  it("are refused in run with the form that is safe, made of the user's own", () => {
    const source = withStep("name: x").replace(
      "run: make",
      "run: |\n      echo ok\n      npm publish --tag ${{ args.channel }}",
    );
    expect(faultsOf(source)).toEqual([
      '8:25 steps[0].run: ${{ }} is not possible in run, where a value could become a command; write env: { CHANNEL: "${{ args.channel }}" } and use "$CHANNEL" in run',
    ]);
  });

  const inRun = (command: string, ...more: string[]) =>
    withStep(...more).replace("run: make", `run: |\n      ${command}`);
  it.each([
    ["${{ args.dry-run }}", "ARG_DRY_RUN", "args['dry-run']"],
    ["${{ !args.dry-run }}", "ARG_VALUE", "!args['dry-run']"],
    ['${{ args["n"] }}', "N", 'args["n"]'],
    ["${{ args['it\\'s'] + \"b\" }}", "ARG_VALUE", "args['it\\'s'] + \"b\""],
    ["${{ args.path }}", "ARG_PATH", "args.path"],
    ["${{ args.home }}", "ARG_HOME", "args.home"],
    ["${{ args.ifs }}", "ARG_IFS", "args.ifs"],
    ["${{ args.env }}", "ARG_ENV", "args.env"],
    ["${{ args.pwd }}", "ARG_PWD", "args.pwd"],
    ["${{ args.node_options }}", "ARG_NODE_OPTIONS", "args.node_options"],
    ["${{ args['größe'] }}", "ARG_GR__E", "args['größe']"],
    ["${{ args['PHASEBOARD_X'] }}", "X", "args['PHASEBOARD_X']"],
    ["${{ inputs.channel }}", "CHANNEL", "args.channel"],
    ["${{ inputs.dry-run }}", "ARG_DRY_RUN", "args['dry-run']"],
    ["${{ run.id }}", "RUN_ID", "run.id"],
    ["${{ project.slug }}", "PROJECT_SLUG", "project.slug"],
    ["CHANNEL=x make ${{ args.channel }}", "CHANNEL_2", "args.channel"],
    ["make ${{ {'a': {'b': 1}} }}", "ARG_VALUE", "{'a': {'b': 1}}"],
  ])("the mend of %s in run, put in, is taken", (command, name, expression) => {
    const [fault = "", ...more] = faultsOf(inRun(command));
    expect(more).toEqual([]);
    const [, env = "", used] = /write (env: \{ .* \}) and use "\$(\w+)" in run$/.exec(fault) ?? [];
    expect(used).toBe(name);
    expect(compiled(withStep(env)).steps[0]).toMatchObject({ env: { [name]: `\${{ ${expression} }}` } });
  });

  it("each expression of a command has a mend, under a name that nothing else has", () => {
    const faults = faultsOf(
      inRun("a ${{ args.a }} ${{ args.b }} ${{ args.a }} ${{ args.a.b }}", "env: { A: x }"),
    );
    expect(faults.map((fault) => /env: \{ (\w+)/.exec(fault)?.[1])).toEqual(["A_2", "B", "B_2"]);
  });

  it.each([
    ["${{ secrets['X-Y'] }}", [], "letters, digits and _", "secrets: [X_Y]"],
    ["${{ secrets.X }}", [], "a secret is given by name", "secrets: [X]"],
    ["${{ env.CI }}", [], "a variable is the shell's", "env: { CI: … }"],
    ["${{ secrets.X }}", ["secrets: [X]"], 'the step has $X already, so use "$X"', ""],
    ["${{ env.PATH }}", [], "use $PATH in run", ""],
    ["${{ body.ref }}", [], "read in on: webhook alone", ""],
    ["${{ github.ref }}", [], "so it goes by env; unknown name", ""],
    ["${{ args.x", [], "hand values in by env", ""],
  ])("%s in run has its own mend (%#)", (command, lines, message, mend) => {
    const faults = faultsOf(inRun(command, ...lines)).join("\n");
    expect(faults).toContain(message);
    expect(faults).toContain(mend);
    if (mend !== "") expect(compiled(withStep(mend)).steps).toHaveLength(1);
  });

  it.each([
    [withStep("name: Build ${{ args.x }}"), "${{ }} is not possible here; it is in env, if, prompt"],
    [withStep("env: { A: 'x ${{ 1 + }}' }"), "7:18 steps[0].env.A: unexpected token"],
    [withStep("env: { A: '${{ args.x' }"), "steps[0].env.A: ${{ is not closed by }}"],
    [withStep("if: x ${{ true }}"), "steps[0].if: a condition is one expression"],
    [withStep("if: ${{ arg.x }}"), 'unknown name "arg"'],
    [withStep("env: { A: '${{ steps.tow.output }}' }"), 'there is no step "tow"'],
    [withStep("env: { A: '${{ steps.one.output }}' }"), 'step "one" need not have ended before "one"'],
    [withStep("working_directory: '${{ nope }}'"), 'steps[0].working_directory: unknown name "nope"'],
    [withStep("artifacts: ['a', '${{ nope }}']"), '7:23 steps[0].artifacts[1]: unknown name "nope"'],
    [
      SHIP.replace("needs: [build]", "needs: []"),
      'step "build" need not have ended before "sign-off"; add it to needs',
    ],
    [
      SHIP.replace('{ CI: "1" }', '{ CI: "${{ steps.build.output }}" }'),
      "the env of every step cannot use steps",
    ],
    [
      SHIP.replace("args.channel == 'stable'", "args.chanel == 'stable'"),
      'args_schema names no "chanel"; did you mean "channel"?',
    ],
  ])("%s", (source, expected) => {
    expect(faultsOf(source).join("\n")).toContain(expected);
  });
});

describe("args_schema", () => {
  const withSchema = (schema: string) => `args_schema: ${schema}\n${withStep()}`;
  it.each([
    ["{ type: string }", '1:22 args_schema.type: expected "object"'],
    ["[a]", "args_schema: expected a JSON Schema"],
    ["{ type: object, properties: { a: { type: strnig } } }", "args_schema.properties.a.type: must be"],
    [
      "{ type: object, properties: { a: { typ: string } } }",
      '1:54 args_schema.properties.a.typ: is not a keyword of JSON Schema; did you mean "type"?',
    ],
    [
      "{ type: object, properties: { a: { enum: [x, y], default: z } } }",
      "1:72 args_schema.properties.a.default: must be one of x, y",
    ],
    [
      "{ type: object, properties: { a: { pattern: '(?=x)' } } }",
      "args_schema.properties.a.pattern: the pattern cannot be used",
    ],
    ["{ type: object, $ref: 'http://example.org/s.json' }", 'args_schema.$ref: expected "#/$defs/…"'],
    [
      "{ type: object, $defs: { a: { $ref: '#/$defs/a' } }, properties: { x: { $ref: '#/$defs/a' } } }",
      "circle of $refs",
    ],
    [
      "{ type: object, properties: { a: { format: emial } } }",
      'unknown format "emial"; did you mean "email"?',
    ],
    ["{ type: object, $async: true }", "args_schema.$async: is not supported"],
  ])("%s", (schema, expected) => {
    expect(faultsOf(withSchema(schema)).join("\n")).toContain(expected);
  });
});

describe("a hostile file is refused at once", () => {
  const K = 256 * 1024;
  const laughs = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    .concat("bcdefghi".split("").map((name, i) => `${name}: &${name} [${`*${"abcdefgh"[i]},`.repeat(10)}]`))
    .join("\n");
  const schemaBomb = `args_schema:\n  type: object\n  $defs:\n    d0: { type: string }\n${Array.from(
    { length: 40 },
    (_, i) => `    d${i + 1}: { allOf: [{ $ref: '#/$defs/d${i}' }, { $ref: '#/$defs/d${i}' }] }`,
  ).join("\n")}\n  properties: { x: { $ref: '#/$defs/d40' } }\n${withStep()}`;

  it.each([
    ["a megabyte of nested lists", "[".repeat(1024 * 1024), "more than 256 KB"],
    ["nested lists", "[".repeat(K - 1), "nested more than 32 levels"],
    ["nested mappings", "{a: ".repeat(K / 4), "nested more than 32 levels"],
    ["nested dashes", "- ".repeat(K / 2), "nested more than 32 levels"],
    [
      "nested by indentation",
      Array.from({ length: 700 }, (_, i) => `${" ".repeat(i)}a:`).join("\n"),
      "nested more than 32 levels",
    ],
    ["many keys", Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`).join("\n"), "too many parts"],
    ["many items", `[${"1,".repeat(K / 2 - 2)}]`, "too many parts"],
    ["many documents", "---\n".repeat(K / 4), "too many parts"],
    ["many errors", "}".repeat(K), "too many parts"],
    ["many anchors", "&a ".repeat(K / 3), "too many parts"],
    ["an alias bomb", laughs, "once its aliases are written out"],
    ["an alias inside of what it names", "a: &a [*a]", "stands inside of what it names"],
    ["an unknown alias", "a: *b", "there is no anchor &b above"],
    ["a huge scalar", `name: ${"x".repeat(K - 10)}`, "expected at most 200 characters"],
    ["a custom tag", "name: !!js/function 'x'", "is not supported"],
    ["a merge key", "<<: { name: x }", "merge keys (<<) are not supported"],
    ["a directive", "%YAML 1.1\n---\nname: x", "directives"],
    ["a prototype", "__proto__: { polluted: true }", "this key is not allowed"],
    ["a NUL", 'name: "a\\0b"', "NUL character"],
    ["a NUL in a comment", "name: a # \0", "NUL character"],
    ["a lone surrogate", 'name: "\\ud800"', "not valid Unicode"],
    ["a key that is a list", "? [a]\n: b", "a key must be plain text"],
    ["an exponential schema", schemaBomb, "must have at most"],
    [
      "an exponential pattern",
      `args_schema: { type: object, properties: { a: { pattern: '((a{500}){500})' } } }\n${withStep()}`,
      "the pattern cannot be used",
    ],
    ["a long expression", withStep(`if: \${{ ${"(".repeat(900)} }}`), "steps[0].if"],
  ])("%s", (_name, source, expected) => {
    parse(SHIP);
    const started = performance.now();
    const found = faultsOf(source);
    const took = performance.now() - started;
    expect(found.join("\n")).toContain(expected);
    expect(found.length).toBeLessThanOrEqual(MAX_FAULTS);
    // Generous for a loaded machine; alone each takes less than 100 ms.
    expect(took).toBeLessThan(15_000);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe("a shell", () => {
  it("is the definition's unless the step says its own", () => {
    const source = withStep("shell: python3 -u").replace(
      "steps:",
      "shell: bash\nsteps:\n  - { id: zero, type: script, run: make }",
    );
    const definition = compiled(source);
    expect(definition.steps.map((step) => "shell" in step && step.shell)).toEqual(["bash", "python3 -u"]);
    expect(definition).not.toHaveProperty("shell");
    expect(compiled(withStep()).steps[0]).not.toHaveProperty("shell");
  });

  it("is a program, and no expression", () => {
    const expected = "expected sh, bash, or a program with its arguments, such as python3 -u";
    for (const shell of ['" "', '"a\\nb"', '"${{ args.shell }}"', "[bash]"]) {
      expect(faultsOf(withStep(`shell: ${shell}`))).toEqual([expect.stringContaining(expected)]);
    }
  });
});

it("artifacts that only leave out are refused", () => {
  expect(faultsOf(withStep('artifacts: ["!**/*.map"]'))).toEqual([
    expect.stringContaining("beside what ! leaves out"),
  ]);
  expect(faultsOf(withStep('artifacts: [site, "!../x"]'))).toEqual([
    expect.stringContaining("inside the project"),
  ]);
});

it("refuses a function, which YAML cannot hold, at its line", () => {
  const source = "name: n\nphases: [p]\nsteps:\n  - id: one\n    type: function\n";
  const parsed = parseYamlDefinition(source, "a.yaml");
  expect(parsed.ok ? [] : parsed.faults).toMatchObject([
    {
      line: 5,
      column: 11,
      path: "steps[0].type",
      message: expect.stringContaining("is a call of TypeScript"),
    },
  ]);
});

it("refuses numbers that would change, but for the text of a variable", () => {
  const source = [
    "name: n",
    "phases: [p]",
    "args_schema: { type: object, properties: { id: { type: integer, default: 1161888007138312193 } } }",
    "steps:",
    "  - { id: one, type: script, run: make, env: { ID: 1161888007138312193 } }",
  ];
  const parsed = parseYamlDefinition(source.join("\n"), "a.yaml");
  expect(parsed.ok ? [] : parsed.faults).toMatchObject([
    { line: 3, message: expect.stringContaining('write it as text, "1161888007138312193"') },
  ]);
  source.splice(2, 1);
  const [step] = compiled(source.join("\n")).steps;
  expect(step?.env).toEqual({ ID: "1161888007138312193" });
});
