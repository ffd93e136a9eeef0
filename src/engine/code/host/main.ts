/** A process of its own for a definition in TypeScript: whatever its author's code does, it does here. */
import { relative } from "node:path";
import { isWorkflow, StepFailed } from "../../../sdk/index";
import type { FromHost, LoadAnswer, LoadRequest, RunRequest, ToHost } from "../protocol";
import { bundleDefinition } from "./bundle";
import { describeWorkflow, NotAWorkflow } from "./describe-workflow";
import { evaluate, faultOfThrown } from "./evaluate";
import { textOfThrown, toJson, WorkflowPass } from "./run-workflow";
import { startWatchdog } from "./watchdog";

async function load({ file, root }: LoadRequest): Promise<LoadAnswer> {
  const made = await bundleDefinition(file, root);
  if ("faults" in made) return { ok: false, faults: made.faults };
  try {
    return { ok: true, bundle: made.bundle, description: describeWorkflow(evaluate(made.bundle, file)) };
  } catch (error) {
    const fault =
      error instanceof NotAWorkflow
        ? { file, line: 1, column: 1, message: error.message }
        : faultOfThrown(error, file, root);
    return { ok: false, faults: [fault] };
  }
}

const send = (message: FromHost) => {
  process.send?.(message);
};

async function run({ bundle, file, root, ...facts }: RunRequest): Promise<void> {
  const pass = new WorkflowPass(send);
  process.on("message", (message: ToHost) => {
    if ("ping" in message) send({ pong: true });
    else pass.receive(message);
  });
  const fail = (error: unknown) => send({ end: true, ok: false, error: placed(error, file, root) });
  // A promise that nobody awaits is a fault of the code like any other.
  process.on("unhandledRejection", fail);
  process.on("uncaughtException", fail);
  try {
    const workflow = evaluate(bundle, file);
    if (!isWorkflow(workflow)) throw new Error("the file gives no workflow any more");
    const args = workflow.args ? await workflow.args.parseAsync(facts.args) : facts.args;
    send({ end: true, ok: true, output: toJson(await pass.run(workflow, { ...facts, args })) });
  } catch (error) {
    fail(error);
  }
}

/** What was thrown, with the line of the author's file where that says more than the step that failed. */
function placed(error: unknown, file: string, root: string): string {
  if (error instanceof StepFailed) return textOfThrown(error);
  const { file: at, line, message } = faultOfThrown(error, file, root);
  return `${message} (${relative(root, at ?? file)}:${line})`;
}

startWatchdog();
process.once("message", (request: LoadRequest | RunRequest) => {
  if (request.do === "run") void run(request);
  else {
    void load(request).then((answer) => {
      process.send?.(answer, () => process.exit(0));
    });
  }
});
process.once("disconnect", () => process.exit(1));
