import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DEFINITIONS_FOLDER } from "../features/definitions/files";
import { CALLS_FILE } from "./calls";
import { STALL } from "./silence";

export const KINDS = [
  "chain",
  "parallel",
  "retry",
  "code",
  "quick",
  "approval",
  "fails",
  "slow",
  "chain",
  "parallel",
  "code-approval",
  "loud",
  "agent",
  "condition",
  "artifacts",
  "slow",
  "retry",
  "files",
] as const;
export type RunKind = (typeof KINDS)[number];

/** How a run of each kind ends if nobody cancels or rejects it. */
export const ENDS: Record<RunKind, "completed" | "failed"> = {
  chain: "completed",
  parallel: "completed",
  retry: "completed",
  code: "completed",
  quick: "completed",
  approval: "completed",
  "code-approval": "completed",
  fails: "failed",
  slow: "completed",
  loud: "completed",
  agent: "completed",
  condition: "completed",
  artifacts: "completed",
  files: "completed",
};

const NOTE = `note() { echo "$1 $PHASEBOARD_IDEMPOTENCY_KEY $PHASEBOARD_MARK $(date +%s%N)" >> ${CALLS_FILE}; }`;
const script = (body = "sleep 0.02") => `|
      ${NOTE}
      note begin
      ${body}
      note end`;
const step = (id: string, body?: string, more = "") => `
  - id: ${id}
    type: script
    phase: work${more && `\n    ${more}`}
    run: ${script(body)}`;
const yaml = (name: string, steps: string[]) => `name: ${name}\nphases: [work]\nsteps:${steps.join("")}\n`;
const approval = `
  - id: ask
    type: approval
    phase: work
    prompt: Go on?`;

const CODE = `import { appendFileSync } from "node:fs";
import { defineWorkflow } from "phaseboard";

const call = (run, id, ms = 10, saw = "-") => async (context) => {
  const note = (what) => appendFileSync("${CALLS_FILE}",
    \`\${what} \${context?.idempotencyKey ?? run.id + ":" + id + ":1"} \${process.env.PHASEBOARD_MARK ?? "-"} \${Date.now()}000000 \${saw}\\n\`);
  note("begin");
  await new Promise((resolve) => setTimeout(resolve, ms));
  note("end");
  return String(Math.random());
};
`;
const code = (name: string, body: string) => `${CODE}
export default defineWorkflow({
  name: "${name}", phases: ["work"],
  async run({ run, step, sleep, comment, approve }) {
    const fn = (id, ...given) => step.function(id, call(run, id, ...given));
    const sh = (id) => step.script(id, { run: ${JSON.stringify(`${NOTE}; note begin; sleep 0.02; note end`)} });
    ${body}
  },
});
`;

/**
 * What the steps of a run with a clone of its own do to its files. Played twice, or on what another left, each would leave
 * other files.
 */
export const FILE_STEPS: Record<string, string> = {
  one: "echo one >> log.txt; mkdir deep; echo 1 >> deep/a; sleep 0.1",
  two: "echo two >> log.txt; mv deep/a deep/b; sleep 0.3; ln -s log.txt link",
  three:
    "rm log.txt link; echo three >> c; chmod +x c; git add -A; git commit -qm three; sleep 0.2; echo 3 >> c",
  four: "cat c >> deep/b; git stash -qu; sleep 0.3; git stash pop -q; git branch -f four",
};

/** As `yaml`, in a clone, with the calls logged in the project. */
const filesYaml = (path: string) =>
  `name: files\nphases: [work]\nworkspace: clone\nsteps:${Object.entries(FILE_STEPS)
    .map(([id, body]) => step(id, body, "retry: { attempts: 9, delay: 50ms }"))
    .join("")
    .replaceAll(CALLS_FILE, join(path, CALLS_FILE))}\n`;

/** Prefix of the ids of quick steps that follow one another. */
export const QUICK = "quick-";

const FILES: Record<string, string> = {
  "chain.yaml": yaml(
    "chain",
    ["a", "b", "c", "d"].map((id) => step(id, 'echo "$PHASEBOARD_STEP_ID"')),
  ),
  "parallel.yaml": yaml("parallel", [
    step("root"),
    ...["p", "q", "r", "s"].map((id) => step(id, "sleep 0.1", "needs: [root]")),
    step("join", undefined, "needs: [p, q, r, s]"),
  ]),
  "retry.yaml": yaml("retry", [
    step(
      "twice",
      '[ "$PHASEBOARD_ATTEMPT" -ge 3 ]',
      "retry: { attempts: 3, delay: 200ms, backoff: exponential }",
    ),
    step("never", "false", "continue_on_error: true"),
    step("after"),
  ]),
  "condition.yaml": yaml("condition", [
    step("first", `echo '{"n":1}' > "$PHASEBOARD_OUTPUT"`),
    step("passed", undefined, "if: ${{ steps.first.output.n == 2 }}"),
    step("taken", undefined, "if: ${{ steps.first.output.n == 1 }}"),
  ]),
  "fails.yaml": yaml("fails", [step("good"), step("bad", "exit 3"), step("unreached")]),
  "slow.yaml": yaml("slow", [step("short"), step("long", "sleep 2"), step("last")]),
  // Its log is larger than one that is kept with quick steps.
  "loud.yaml": yaml("loud", [step("say", "seq -f 'This is line %.0f' 30000"), step("after")]),
  "artifacts.yaml": yaml("artifacts", [
    step("make", 'for i in 1 2 3; do echo $i > "$PHASEBOARD_ARTIFACTS/$i"; done'),
    step("more", 'echo more > "$PHASEBOARD_ARTIFACTS/more"'),
  ]),
  "approval.yaml": yaml("approval", [step("before"), approval, step("behind")]),
  "agent.yaml": yaml("agent", [
    step("ready"),
    `
  - id: work
    type: agent
    phase: work
    agent: player
    prompt: Do it.`,
    step("done"),
  ]),
  "code.ts": code(
    "code",
    `for (const n of [1, 2, 3]) await fn("loop-" + n);
    await sleep("1s");
    await comment("Half of it is done");
    await Promise.all([fn("left"), fn("right"), sh("script")]);
    await sleep("1s");
    await fn("last");`,
  ),
  // Each step logs the output of the step before, which is a new value each time it runs.
  "quick.ts": code(
    "quick",
    `let saw;
    for (let n = 1; n <= 30; n++) saw = (await fn("${QUICK}" + n, n % 10 === 0 ? 150 : 2, saw)).output;`,
  ),
  "code-approval.ts": code(
    "code-approval",
    `await sh("before"); await approve("ask", { prompt: "Go on?" }); await fn("behind");`,
  ),
};

/** Writes the definitions of all kinds, and the agent's entry, into a project's folder. */
export async function writeMix(path: string, agentFile: string): Promise<void> {
  const folder = join(path, DEFINITIONS_FOLDER);
  await mkdir(folder, { recursive: true });
  const all = { ...FILES, "files.yaml": filesYaml(path) };
  for (const [name, source] of Object.entries(all)) await writeFile(join(folder, name), source);
  // JSON is valid YAML.
  const agents = { player: { command: process.execPath, args: [agentFile], stall: STALL } };
  await writeFile(join(path, ".agent/agents.yaml"), JSON.stringify(agents, null, 1));
}
