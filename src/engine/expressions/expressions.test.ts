import { describe, expect, it } from "vitest";
import {
  checkExpression,
  conditionOf,
  decidesAfterFailure,
  ExpressionError,
  type ExpressionScope,
  evaluateCondition,
  interpolate,
} from "./expressions";

const scope: ExpressionScope = {
  args: {
    channel: "beta",
    dry: false,
    count: 3,
    ratio: 1.5,
    huge: 1e300,
    none: null,
    targets: ["web", "cli"],
    mixed: [1, null, "x"],
    meta: { tag: "v1", nested: { n: 2 } },
    "dry-run": true,
  },
  steps: {
    build: { status: "completed", output: { version: "1.2.0", size: 9007199254740991 }, attempt: 1 },
    "sign-off": { status: "completed", output: { by: "Ada" }, attempt: 2 },
    "2nd": { status: "failed", output: null, attempt: 3 },
  },
  run: { id: "run1", name: "Friday", number: 12 },
  project: { id: "project1", name: "Site", slug: "site" },
};

const value = (expression: string) => interpolate(`\${{ ${expression} }}`, scope);
const holds = (expression: string) => evaluateCondition(expression, scope);

describe("interpolate", () => {
  it.each([
    ["args.channel", "beta"],
    ["args.count", "3"],
    ["args.ratio", "1.5"],
    ["args.huge", "1e+300"],
    ["args.none", ""],
    ["args.dry", "false"],
    ["args.targets", '["web","cli"]'],
    ["args.meta", '{"tag":"v1","nested":{"n":2}}'],
    ["args['dry-run']", "true"],
    ["steps.build.output.version", "1.2.0"],
    ["steps.build.output.size", "9007199254740991"],
    ["run.name + ' of ' + project.slug", "Friday of site"],
    ["args.count + 1", "4"],
    ["args.count * 0.5", "1.5"],
    ["args.ratio + args.count", "4.5"],
    ["args.targets.join(', ')", "web, cli"],
    ["args.mixed.join('-')", "1--x"],
    ["size(args.targets)", "2"],
    ["args.channel.upperAscii()", "BETA"],
    ["args.channel.contains('et')", "true"],
    ["args.channel.indexOf('t') + args.channel.lastIndexOf('t')", "4"],
    ["args.channel.indexOf('b', 1)", "-1"],
    ["args.channel.lastIndexOf('a', 2)", "-1"],
    ["'a,b,c'.split(',')", '["a","b","c"]'],
    ["'a,b,c'.split(',', 2)", '["a","b,c"]'],
    ["'a,b,c'.split(',', 0)", "[]"],
    ["args.count > 2 ? 'many' : 'few'", "many"],
    [
      '{"channel": args.channel, "n": [args.count, {"deep": true}]}',
      '{"channel":"beta","n":[3,{"deep":true}]}',
    ],
    ["'}}'", "}}"],
    // Numbers are JSON's, and text beside a value is text.
    ["3 / 2", "1.5"],
    ["args.count / 2", "1.5"],
    ["4 / 2", "2"],
    ["args.targets[2 / 2]", "cli"],
    ["-7 / 2 * 2", "-7"],
    ["1 / 3.0 == 1 / 3", "true"],
    ["'v' + args.count", "v3"],
    ["'v' + args.targets", 'v["web","cli"]'],
    ["args.targets + 'v'", '["web","cli"]v'],
    ["'v' + args.meta", 'v{"tag":"v1","nested":{"n":2}}'],
    ["args.meta.nested + '!'", '{"n":2}!'],
    ["'v' + [1, 'a'] + {'a': 1}", 'v[1,"a"]{"a":1}'],
    ["args.targets + ['api']", '["web","cli","api"]'],
    ["7.5 % 2", "1.5"],
    ["args.ratio % 1", "0.5"],
    ["args.count % 1.5", "0"],
    ["7 % 2", "1"],
    ["args.count-size(args.targets)", "1"],
    ["args.count-args.size() < 0", "true"],
    ["args.count-args.count*2", "-3"],
    ["args.ratio + '/' + args.dry + args.none", "1.5/false"],
    ["args.count-1", "2"],
    ["args.count-args.count", "0"],
    // Places and lengths are counted in characters, not in their halves.
    ["size('a🎉b')", "3"],
    ["'a🎉b'.size()", "3"],
    ["'a🎉b'.indexOf('b')", "2"],
    ["'a🎉b🎉b'.indexOf('b', 3)", "4"],
    ["'a🎉b🎉b'.lastIndexOf('b')", "4"],
    ["'a🎉b🎉b'.lastIndexOf('b', 3)", "2"],
    ["'a🎉b'.substring(1, 2)", "🎉"],
    ["'a🎉b'.substring(2)", "b"],
    ["'a🎉b'.substring('a🎉b'.indexOf('b'), size('a🎉b'))", "b"],
    ["'a🎉'.split('')", '["a","🎉"]'],
    ["'a🎉b'.split('', 2)", '["a","🎉b"]'],
  ])("%s is %s", (expression, expected) => {
    expect(value(expression)).toBe(expected);
  });

  it("keeps the text around expressions as it is", () => {
    expect(interpolate("a ${{args.channel}}-${{ args.count }} $HOME ${x}", scope)).toBe(
      "a beta-3 $HOME ${x}",
    );
    expect(interpolate("nothing here", scope)).toBe("nothing here");
  });

  it("gives nothing for an arg that was not given, and tells it from null by has()", () => {
    expect(value("args.note")).toBe("");
    expect(value("has(args.note) ? args.note : 'no note'")).toBe("no note");
    expect(holds("args.note == 'x'")).toBe(false);
  });

  it.each([
    ["${{ args.channel", /not closed/],
    ["${{ }}", /empty/],
    ["${{ args.meta.missing }}", /no such key: missing, in "args.meta.missing"/],
    ["${{ steps.gone.output }}", /no such key: gone/],
    ["${{ args.count / 0 }}", /division by zero/],
    ["${{ args.channel - 1 }}", /- is not for text and number; int\(\), double\(\) and string\(\)/],
    ["${{ args.none > 1 }}", /> is not for null and number; what was not given is null/],
    ["${{ 'a' in args.channel }}", /use contains\(\)/],
    ["${{ 5u }}", /written without u/],
    ["${{ b'x' }}", /without b/],
    ["${{ 1.0 / 0 }}", /division by zero/],
    ["${{ double('inf') }}", /too large for a number/],
    ["${{ [double('nan')] }}", /is no number/],
    ["${{ args.dry-run }}", /\["dry-run"\] for .dry-run/],
    ["${{ args.no-dry-run == true }}", /\["no-dry-run"\]/],
    ["${{ !args.dry-run }}", /\["dry-run"\] for .dry-run/],
    ["${{ args.n > 1 && !args.dry-run }}", /\["dry-run"\] for .dry-run/],
    ["${{ -args.dry-run > 1 }}", /\["dry-run"\] for .dry-run/],
    ["${{ !args.no-dry-run }}", /\["no-dry-run"\] for/],
    ["${{ !args['dry']-run }}", /\["dry-run"\] for/],
    ["${{ 1 + args.dry-run }}", /\["dry-run"\] for/],
    ["${{ args.dry-run * 2 }}", /\["dry-run"\] for/],
    ["${{ 2 * args.max-size / 3 }}", /\["max-size"\] for/],
    ["${{ 9 - args.dry-run }}", /\["dry-run"\] for/],
    ["${{ args.phase-2-name }}", /\["phase-2-name"\] for/],
    ["${{ args.dry-run.contains('a') }}", /\["dry-run"\] for/],
    ["${{ 'v' + !args.dry-run }}", /\["dry-run"\] for/],
    ["${{ 7.5 % 0 }}", /modulo by zero/],
    ["${{ 1 in [1.0] }}", /in is not for number and a list of other values; write all in one kind/],
    ["${{ {'a': 1} == {'a': 1.0} }}", /== is not for a mapping and a mapping of other values; compare/],
    ["${{ args.channel % 2 }}", /% is not for text and number; int\(\)/],
    ["${{ steps.build.output.head-commit.id }}", /\["head-commit"\]/],
    ["${{ args.count.matches('a') }}", /matches\(\) is not for text on number/],
  ])("%s says what is wrong", (template, message) => {
    expect(() => interpolate(template, scope)).toThrow(message);
    expect(() => interpolate(template, scope)).toThrow(ExpressionError);
  });
});

describe("has() and in", () => {
  it.each([
    ["has(steps.build.output.version)", true],
    ["has(steps.build.output.gone)", false],
    ["has(steps.build.output.gone.deeper[3])", false],
    ["has(steps.build.output.version.deeper)", false],
    ["has(steps.sign-off.output.by)", true],
    ["has(steps['sign-off'].output['by'])", true],
    ["has(steps.2nd.output.v)", false],
    ["has(steps.2nd.output)", false],
    ["has(steps.2nd.status)", true],
    ["has(args.targets[1])", true],
    ["has(args.targets[2])", false],
    ["has(args.targets[-1])", false],
    ["has(args.targets[args.count - 2])", true],
    ["has(args.targets['length'])", false],
    ["has(args.meta['nested'].n)", true],
    ["has(args.mixed[1])", true],
    ["has(args.gone.deeper)", false],
    ["has(args['dry-run'])", true],
    ["has(args.note) || args.note == null", true],
    ["has(run.name)", true],
    ["'version' in steps.build.output", true],
    ["'v' in steps.2nd.output", false],
    ["!('v' in steps.2nd.output)", true],
    ["'v' in args.gone", false],
    ["1 in args.none", false],
    ["'web' in args.targets", true],
  ])("%s is %s", (expression, expected) => {
    expect(holds(expression)).toBe(expected);
  });

  it.each([
    ["has(args)", "has() takes a name"],
    ["has('a')", "has() takes a name"],
    ["has(size(args.targets))", "has() takes a name"],
    ["has(steps.build.ouput.x)", 'unknown field of a step "ouput"'],
    ["has(other.x)", 'unknown name "other"'],
    ["has(args.dry-run)", '["dry-run"]'],
  ])("%s is refused", (expression, message) => {
    expect(() => checkExpression(expression)).toThrow(message);
  });
});

describe("always() and failure()", () => {
  const given = (failure: boolean) => (expression: string) =>
    evaluateCondition(expression, { ...scope, failure });

  it("tell whether something before has failed, in a condition alone", () => {
    expect(["always()", "failure()", "!failure()", "failure() && args.count == 3"].map(given(true))).toEqual([
      ...[true, true, false, true],
    ]);
    expect(["always()", "failure()", "always() && args.dry"].map(given(false))).toEqual([true, false, false]);
    expect(() => value("failure()")).toThrow("in the if of a step alone");
    expect(() => checkExpression("always(1)", { isCondition: true })).toThrow("takes nothing");
    expect(() => checkExpression("success()", { isCondition: true })).toThrow("there is no success()");
    expect(() => checkExpression("cancelled()", { isCondition: true })).toThrow("skips every step");
    expect(["${{ always() }}", "args.x || failure()", "args.dry", "1 +"].map(decidesAfterFailure)).toEqual([
      ...[true, true, false, false],
    ]);
  });
});

describe("step ids", () => {
  it.each([
    ["steps.sign-off.output.by", "Ada"],
    ["steps.sign-off.attempt - 1", "1"],
    ["steps . sign-off . attempt", "2"],
    ['steps["sign-off"].attempt', "2"],
    ["steps.2nd.status", "failed"],
    ["'steps.sign-off.output'", "steps.sign-off.output"],
    ['"a\\"steps.sign-off" + string(1e2)', 'a"steps.sign-off100'],
    ["r'\\d' + steps.sign-off.output.by", "\\dAda"],
    ["'''steps.a-b''' + \"\"\"steps.c-d\"\"\"", "steps.a-bsteps.c-d"],
  ])("%s is %s", (expression, expected) => {
    expect(value(expression)).toBe(expected);
  });

  it("leaves a field that happens to be called steps", () => {
    expect(interpolate("${{ args.meta.steps - 1 }}", { ...scope, args: { meta: { steps: 3 } } })).toBe("2");
  });

  it("are collected, each once", () => {
    const expression = "steps.build.output.a == steps.sign-off.output.b && steps['build'].attempt > args.n";
    expect(checkExpression(expression)).toEqual({ steps: ["build", "sign-off"], args: ["n"], run: [] });
  });
});

describe("evaluateCondition", () => {
  it("takes the expression with or without its marks", () => {
    expect(holds("args.channel == 'beta'")).toBe(true);
    expect(holds("${{ args.channel == 'stable' }}")).toBe(false);
    expect(conditionOf(" ${{ true }} ")).toBe("true");
  });

  it.each([
    ["'web' in args.targets", true],
    ["args.count == 3 && args.ratio < 2", true],
    ["args.count == 3.0", true],
    ["1 == 1.0", true],
    ["1.0 == 1", true],
    ["1 != 1.5", true],
    ["size(args.targets) == 2.0", true],
    ["has(args.none)", true],
    ["args.none == null", true],
    ["steps.build.status == 'completed' || args.dry", true],
    ["args.channel.matches('^b.*a$')", true],
    ["!args.dry", true],
  ])("%s is %s", (expression, expected) => {
    expect(holds(expression)).toBe(expected);
  });

  it("refuses what is no boolean, and text around it", () => {
    expect(() => holds("args.channel")).toThrow(
      'a condition must be true or false, "args.channel" is "beta"',
    );
    expect(() => holds("args.none")).toThrow("is null");
    expect(() => holds("if ${{ true }}")).toThrow("one expression");
  });
});

describe("checkExpression", () => {
  it.each([
    ["arg.channel", 'unknown name "arg"', 'did you mean "args"'],
    ["process.env", 'unknown name "process"', "known here are args, steps, run, project"],
    ["secrets.NPM_TOKEN", 'unknown name "secrets"', "write secrets: [NPM_TOKEN] in the step"],
    ["secrets['NPM_TOKEN']", "known here are", "finds it as $NPM_TOKEN"],
    ["secrets['X-Y']", "letters, digits and _", "secrets: [X_Y] in the step"],
    ["secrets.X-Y", "letters, digits and _", "secrets: [X_Y] in the step"],
    ["secrets['2FA']", "begins with no digit", "secrets: [_2FA] in the step"],
    ["secrets.PHASEBOARD_KEY", "not with PHASEBOARD_", "secrets: [KEY] in the step"],
    ["!inputs.dry-run", "known here are", "as in args['dry-run']"],
    ["env['A-B']", "known here are", "env: { A_B: … } in the step"],
    ["env.PATH", "known here are", "a variable is the shell's: use $PATH in run, in"],
    ["body.ref", "known here are", 'write args: { ref: "${{ body.ref }}" } there and args.ref here'],
    [
      "headers['x-event']",
      "on: webhook alone",
      "{ x_event: \"${{ headers['x-event'] }}\" } there and args.x_event",
    ],
    ["query", "on: webhook alone", 'args: { query: "${{ query }}" } there'],
    ["github.ref", "known here are", "on: webhook"],
    ["env.CI", "known here are", "use $CI in run"],
    ["vars.CI", "known here are", "use $CI in run"],
    ["needs.build.outputs.v", "known here are", "steps.build.output"],
    ["inputs.channel", "known here are", "as in args.channel"],
    ["matrix.os", "known here are", "there is no matrix"],
    ["steps", "needs the id of a step", 'in "'],
    ["steps[args.channel].output", "in quotes", 'in "'],
    ["steps.build.ouput", 'unknown field of a step "ouput"', 'did you mean "output"'],
    ["run.user", 'unknown field of run "user"', 'in "'],
    ["args.targets.map(t, t)", 'unknown method "map"', 'in "'],
    ["args.targets.exists(t, t == 'x')", 'unknown method "exists"', 'in "'],
    ["cel.bind(x, 1, x)", 'unknown method "bind"', 'in "'],
    ["fetch('http://example.org')", 'unknown function "fetch"', 'in "'],
    ["1 +", "unexpected token", 'in "'],
    ["'a' == 1", "no such overload", 'in "'],
    ["args.channel ==== 'x'", "unexpected token", 'in "'],
  ])("%s is refused", (expression, message, hint) => {
    expect(() => checkExpression(expression)).toThrow(ExpressionError);
    expect(() => checkExpression(expression)).toThrow(message);
    expect(() => checkExpression(expression)).toThrow(hint);
  });

  it("is bounded", () => {
    expect(() => checkExpression("1".repeat(2000))).toThrow("1000 characters");
    expect(() => checkExpression(`${"(".repeat(300)}1${")".repeat(300)}`)).toThrow(ExpressionError);
    expect(() => checkExpression("[1],".repeat(240))).toThrow(ExpressionError);
    expect(() => checkExpression("!".repeat(990))).toThrow(ExpressionError);
  });
});

describe("what is hostile", () => {
  const hostile = (args: Record<string, unknown>) => ({ ...scope, args });

  it.each([
    "args.constructor",
    "args.__proto__",
    "args['__proto__']",
    "args.meta.constructor.constructor",
    "args.channel.constructor",
    "args.targets.length",
    "run.constructor",
  ])("%s reaches nothing", (expression) => {
    const read = () => interpolate(`\${{ ${expression} }}`, scope);
    // An arg by that name was not given; anything deeper is no such key.
    if (/^args(\.|\[')\w+('\])?$/.test(expression)) expect(read()).toBe("");
    else expect(read).toThrow(ExpressionError);
  });

  it("reads args that were really given under such names as plain data", () => {
    const args = JSON.parse('{"__proto__": "own", "constructor": "mine"}') as Record<string, unknown>;
    expect(interpolate("${{ args['__proto__'] }}/${{ args.constructor }}", hostile(args))).toBe("own/mine");
    expect(({} as Record<string, unknown>).own).toBeUndefined();
  });

  it("matches patterns in linear time", () => {
    const started = performance.now();
    const args = { text: `${"a".repeat(50_000)}!`, pattern: "(a+)+$" };
    expect(evaluateCondition("args.text.matches(args.pattern)", hostile(args))).toBe(false);
    expect(() => evaluateCondition("args.text.matches('(a|b)*a(a|b){300}$')", hostile(args))).toThrow(
      "too long",
    );
    expect(() => evaluateCondition("'a'.matches('(?=a)')", hostile(args))).toThrow("cannot be used");
    expect(performance.now() - started).toBeLessThan(15_000);
  });

  it.each([
    "args.text.lastIndexOf(args.end)",
    "args.text.indexOf(args.start)",
    "args.text.contains(args.start)",
    "args.text.split(args.start)",
  ])("%s is not searched where that could take for ever", (expression) => {
    const some = "a".repeat(500_000);
    const args = { text: some + some, start: `b${some}`, end: `${some}b` };
    expect(() => interpolate(`\${{ ${expression} }}`, hostile(args))).toThrow("too long to look for");
  });

  it("does not grow without bound", () => {
    const args = { text: "x".repeat(60_000) };
    expect(() => interpolate("${{ args.text.split('').join(args.text) }}", hostile(args))).toThrow("256 KB");
    expect(() => interpolate("${{ args.text }}".repeat(5), hostile(args))).toThrow("256 KB");
    const deep = JSON.parse(`${"[".repeat(100)}${"]".repeat(100)}`);
    expect(() => interpolate("${{ args.deep }}", hostile({ deep }))).toThrow("nested too deeply");
    expect(() => interpolate("${{ args.wide }}", hostile({ wide: Array(200_000).fill(0) }))).toThrow(
      "too large",
    );
    expect(() => interpolate("${{ 1 }}".repeat(201), scope)).toThrow("200 expressions");
  });
});
