import { CompletionContext } from "@codemirror/autocomplete";
import { javascript } from "@codemirror/lang-javascript";
import { EditorState } from "@codemirror/state";
import { describe, expect, it } from "vitest";
import { codeSchemas } from "../../../../engine/code/code-schemas";
import { definitionSchema } from "../../../../engine/definition/definition-schema";
import { expressionNames } from "../../../../engine/definition/expression-names";
import { completeCode } from "./complete-code";
import { completeYaml } from "./complete-yaml";

const vocabulary = {
  yaml: definitionSchema(),
  code: codeSchemas(),
  expressions: expressionNames(),
  schema_keywords: ["type", "properties", "required"],
  variables: ["PHASEBOARD_OUTPUT"],
  agents: [{ name: "claude", command: "claude-agent-acp" }],
  secrets: ["NPM_TOKEN", "DEPLOY_KEY"],
};

/** What is offered at the `|` of a text. */
function offered(text: string, type: "yaml" | "code" = "yaml"): string[] {
  const pos = text.indexOf("|");
  const doc = text.replace("|", "");
  const state = EditorState.create({
    doc,
    extensions: type === "code" ? javascript({ typescript: true }) : [],
  });
  const context = new CompletionContext(state, pos, true);
  const result = type === "yaml" ? completeYaml(vocabulary, context) : completeCode(vocabulary, context);
  // As the list is narrowed by what is typed already.
  const typed = result ? doc.slice(result.from, pos) : "";
  return (result?.options ?? []).map(({ label }) => label).filter((label) => label.startsWith(typed));
}

const HEAD = `name: Ship
phases: [build, test]
args_schema:
  type: object
  properties:
    channel: { type: string }
    dry-run: { type: boolean }
`;
const STEPS = `${HEAD}steps:
  - id: build
    type: script
    phase: build
    env: { VERSION: "1" }
    run: make
  - id: unit
    type: script
    phase: test
`;

describe("in YAML", () => {
  it.each([
    ["keys of the definition that are not there yet", `${HEAD}con|`, ["concurrency"]],
    ["keys of a mapping on a line of its own", `${HEAD}concurrency:\n  |\n`, ["group", "cancel_in_progress"]],
    ["keys of a mapping in braces", `${STEPS}    retry: { attempts: 3, b| }\n`, ["backoff"]],
    ["keys of the step's type alone", `${STEPS}    ar|\n`, ["artifacts"]],
    ["keys of a step whose type is not said", `${STEPS}  - id: a\n    ty|`, ["type"]],
    ["the first key of a step", `${STEPS}  - i|`, ["id", "if"]],
    ["the types of steps", `${STEPS}  - type: |\n`, ["script", "agent", "approval"]],
    ["values of an enumeration", `${HEAD}workspace: c|`, ["clone", "copy"]],
    ["true and false", `${STEPS}    continue_on_error: |`, ["true", "false"]],
    ["phases", `${HEAD}steps:\n  - id: a\n    phase: |`, ["build", "test"]],
    ["steps to wait for", `${STEPS}    needs: [|]`, ["build"]],
    [
      "steps to wait for, a line each, without those that wait",
      `${STEPS.replace("    run: make\n", "    needs:\n      - |\n")}`,
      [],
    ],
    ["agents", `${STEPS}  - id: n\n    type: agent\n    agent: |`, ["claude"]],
    ["secrets that are not named yet", `${STEPS}    secrets: [NPM_TOKEN, |]`, ["DEPLOY_KEY"]],
    ["what an expression reads", `${STEPS}    env: { A: "\${{ s|" }`, ["steps", "size", "string"]],
    ["steps that have ended", `${STEPS}    env:\n      A: \${{ steps.|\n`, ["build"]],
    ["what a step tells", `${STEPS}    if: \${{ steps.build.|`, ["status", "output", "attempt"]],
    ["args", `${STEPS}    env:\n      A: v\${{ args.| }}\n`, ["channel", "dry-run"]],
    ["a condition without braces", `${STEPS}    if: al|`, ["always"]],
    ["nothing in a text of an expression", `${STEPS}    if: \${{ args.channel == "s|`, []],
    [
      "no steps in a run's name",
      `${HEAD}run_name: \${{ |`,
      ["args", "project", "run"].concat(expressionNames().functions),
    ],
    [
      "variables of a script",
      STEPS.replace("run: make", "run: >\n      make $|"),
      ["VERSION", "PHASEBOARD_OUTPUT"],
    ],
    ["no expression in a script", `${STEPS}    run: echo \${{ |`, []],
    ["keywords of a schema", `${HEAD.replace("  type: object\n", "  |\n")}`, ["required"].concat("type")],
    ["types of a schema", `${HEAD}    size: { type: in| }`, ["integer"]],
    ["no keyword where an arg is named", `${HEAD}    |`, []],
    ["time zones", `${HEAD}on:\n  schedule:\n    - timezone: Europe/Berl|`, ["Europe/Berlin"]],
    ["nothing in a comment", `${HEAD}# w|`, []],
  ])("offers %s", (_, text, expected) => {
    expect(offered(text).toSorted()).toEqual([...expected].sort());
  });
});

describe("in TypeScript", () => {
  const code = (body: string) =>
    `export default defineWorkflow({ name: "A", phases: ["build", "test"], ${body} });`;

  it.each([
    ["options of the definition", code("wor|"), ["workspace"]],
    [
      "options of a step",
      code('async run({ step }) { await step.script("a", { run: "make", con| }); }'),
      ["continueOnError"],
    ],
    [
      "options within",
      code('async run({ approve }) { await approve("a", { approvers: { al| } }); }'),
      ["allowSelf"],
    ],
    ["values of an option", code('workspace: "c|"'), ["clone", "copy"]],
    ["agents", code('async run({ step }) { await step.agent("a", { agent: "|" }); }'), ["claude"]],
    ["secrets", code('secrets: ["N|"]'), ["NPM_TOKEN"]],
    ["phases", code('async run({ phase }) { await phase("|"); }'), ["build", "test"]],
    ["nothing of ours elsewhere", code("async run() { other({ con| }); }"), []],
  ])("offers %s", (_, text, expected) => {
    expect(offered(text, "code").toSorted()).toEqual([...expected].sort());
  });
});
