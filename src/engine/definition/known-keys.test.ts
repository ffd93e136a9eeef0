import { expect, it } from "vitest";
import { keysAt, SHAPED_KINDS, YAML_KINDS } from "./known-keys";
import { parseYamlDefinition } from "./parse-yaml";
import { DefinitionShape, STEP_SHAPES } from "./yaml-shape";

const REQUIRED = {
  script: "run: make",
  function: "",
  agent: "agent: claude\n    prompt: Go",
  approval: "prompt: Go?",
};

/** Faults at a key of the last line, which is the sixth or seventh by the type of the step. */
function faultsWith(kind: keyof typeof REQUIRED, line: string) {
  const head = `name: n\nphases: [p]\nsteps:\n  - id: one\n    type: ${kind}\n    ${REQUIRED[kind]}\n`;
  const read = parseYamlDefinition(`${head}    ${line}\n`, "ship.yaml");
  const last = head.split("\n").length;
  return read.ok ? [] : read.faults.filter(({ line: at, column }) => at === last && column === 5);
}

const keysOf = (kind: (typeof SHAPED_KINDS)[number]) => keysAt(STEP_SHAPES[kind]);
const pairs = YAML_KINDS.flatMap((kind) =>
  [...new Set(SHAPED_KINDS.flatMap(keysOf))].map((key) => ({ kind, key })),
);

it.each(pairs)("$key on a step of type $kind is known, or says at its line which type takes it", (pair) => {
  const { kind, key } = pair;
  const faults = faultsWith(kind, `${key}: [x]`).map(({ message }) => message);
  if (keysOf(kind).includes(key)) {
    expect(faults.filter((message) => /no key|unknown key/.test(message))).toEqual([]);
    return;
  }
  const [fault = "", ...more] = faults;
  expect(more).toEqual([]);
  expect(fault).toMatch(
    new RegExp(`^steps\\[0\\]\\.${key}: no key of an? ${kind} step; an? .* step takes it$`),
  );
  const takers = / (?:a|an) (\w+(?: or \w+)*) step takes it$/.exec(fault)?.[1]?.split(" or ");
  expect(takers).toEqual(YAML_KINDS.filter((other) => keysOf(other).includes(key)));
});

it("finds the pairs of which the types differ", () => {
  const foreign = pairs
    .filter(({ kind, key }) => !keysOf(kind).includes(key))
    .map((p) => `${p.key} on ${p.kind}`);
  expect(foreign).toEqual(
    expect.arrayContaining([
      "run on approval",
      "prompt on script",
      "agent on script",
      "form on agent",
      "retry on approval",
    ]),
  );
});

it.each(keysAt(DefinitionShape).filter((key) => !keysOf("script").includes(key)))(
  "says of %s in a step that it stands beside the steps",
  (key) => {
    expect(faultsWith("script", `${key}: x`).map(({ message }) => message)).toEqual([
      `steps[0].${key}: no key of a script step; it stands beside steps, for all of them`,
    ]);
  },
);

it.each([
  ["run: make", "run: no key of a definition; a script step takes it"],
  ["prompt: Go?", "prompt: no key of a definition; an agent or approval step takes it"],
  ["timeout: 5m", "timeout: no key of a definition; each of its steps takes it"],
  ["group: deploy", "group: no key of a definition; concurrency takes it"],
  ["schedule: []", "schedule: no key of a definition; on takes it"],
  ["phase: p", "phase: no key of a definition; each of its steps takes it"],
  ["args: {}", 'args: unknown key; did you mean "args_schema"?'],
  ["labels: []", `labels: unknown key; known here are ${keysAt(DefinitionShape).join(", ")}`],
])("tells of %s beside the steps", (line, expected) => {
  const read = parseYamlDefinition(
    `${line}\nname: n\nphases: [p]\nsteps: [{ id: a, type: script, run: x }]`,
    "ship.yaml",
  );
  expect(read.ok ? [] : read.faults).toMatchObject([{ line: 1, column: 1, message: expected }]);
});

it.each([
  ["attempts: 3", "steps[0].attempts: no key of a script step; retry takes it"],
  [
    "retry: { attempts: 1, count: 3 }",
    "steps[0].retry.count: unknown key; known here are attempts, delay, backoff",
  ],
])("tells of %s, which belongs elsewhere in a step", (line, expected) => {
  const head = "name: n\nphases: [p]\nsteps:\n  - id: one\n    type: script\n    run: make\n";
  const read = parseYamlDefinition(`${head}    ${line}\n`, "ship.yaml");
  expect(read.ok ? [] : read.faults.map(({ message }) => message)).toEqual([expected]);
});
