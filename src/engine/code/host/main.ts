/** A process of its own for a definition in TypeScript: whatever its author's code does, it does here. */
import type { LoadAnswer, LoadRequest } from "../protocol";
import { bundleDefinition } from "./bundle";
import { describeWorkflow, NotAWorkflow } from "./describe-workflow";
import { evaluate, faultOfThrown } from "./evaluate";
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

startWatchdog();
process.once("message", (request: LoadRequest) => {
  void load(request).then((answer) => {
    process.send?.(answer, () => process.exit(0));
  });
});
process.once("disconnect", () => process.exit(1));
