/** The entry of the process that runs a definition in TypeScript, so that its code cannot harm the worker. */
import { relative } from "node:path";
import { isWorkflow, StepFailed } from "../../../sdk";
import {
  type BundledFiles,
  type CodePlace,
  DISCONNECTED,
  type FromHost,
  type LoadAnswer,
  type LoadRequest,
  type RunRequest,
  type ToHost,
} from "../protocol";
import { bundleDefinition } from "./bundle";
import { describeWorkflow, NotAWorkflow } from "./describe-workflow";
import { evaluate, placeOf } from "./evaluate";
import { Gathering } from "./gathering";
import { tellOwnPrints } from "./own-prints";
import { textOfThrown, toJson, WorkflowPass } from "./run-workflow";
import { NotTaken, takeIn } from "./take-in";
import { startWatchdog } from "./watchdog";

async function load({ file, root, source }: LoadRequest): Promise<LoadAnswer> {
  const made = await bundleDefinition(file, root, source);
  if ("faults" in made) return { ok: false, ...made };
  const { bundle, files } = made;
  await tellFiles({ bundled: files });
  const top = { file, line: 1, column: 1 };
  let place: CodePlace | null = null;
  try {
    const evaluated = evaluate(bundle, file, root);
    place = evaluated.place();
    const description = describeWorkflow(evaluated.exported);
    return { ok: true, bundle, description, place: place ?? top, files };
  } catch (error) {
    const own = error instanceof NotAWorkflow;
    const at = own ? place : placeOf(error, root);
    const fault = { ...(at ?? top), message: own ? error.message : textOfThrown(error) };
    return { ok: false, faults: [own && error.option ? { ...fault, option: error.option } : fault], files };
  }
}

/** Resolves once the message was sent. Code that never ends its turn would hold back all that is not sent by then. */
function tellFiles(message: BundledFiles): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(message, () => resolve());
  });
}

/** Messages of one turn leave together: a function's result with the calls that the code makes next. */
const saying = new Gathering<FromHost>((messages) => process.send?.(messages));
const send = (message: FromHost) => saying.add(message);
process.once("exit", () => saying.flush());

async function run({ bundle, file, root, ...facts }: RunRequest): Promise<void> {
  send({ ready: true });
  tellOwnPrints((message) => {
    send(message);
    saying.flush();
  });
  let place = (): CodePlace | null => null;
  const tell = (error: unknown) => {
    const text = textOfThrown(error);
    // The text of a failed step says more than the line of code that awaited it.
    if (error instanceof StepFailed) return text;
    const at = placeOf(error, root) ?? (error instanceof NotTaken ? place() : null);
    return at ? `${text} (${relative(root, at.file)}:${at.line}:${at.column})` : text;
  };
  const pass = new WorkflowPass(send, tell);
  process.on("message", (message: ToHost) => {
    if ("ping" in message) send({ pong: true });
    else pass.receive(message);
  });
  const fail = (error: unknown) => send({ end: true, ok: false, error: tell(error) });
  // A rejected promise that nobody awaits is a fault of the author's code.
  process.on("unhandledRejection", fail);
  process.on("uncaughtException", fail);
  try {
    const evaluated = evaluate(bundle, file, root);
    const { exported: workflow } = evaluated;
    place = evaluated.place;
    if (!isWorkflow(workflow)) throw new Error("the file gives no workflow any more");
    const args = await takeIn(workflow.args, facts.args, "args");
    const output = await takeIn(workflow.output, await pass.run(workflow, { ...facts, args }), "output");
    send({ end: true, ok: true, output: toJson(output) });
  } catch (error) {
    fail(error);
  }
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
process.once("disconnect", () => process.exit(DISCONNECTED));
