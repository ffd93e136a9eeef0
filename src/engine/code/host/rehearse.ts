import { isWorkflow } from "../../../sdk/index";
import type { FromHost } from "../protocol";
import { evaluate } from "./evaluate";
import { toJson, WorkflowPass } from "./run-workflow";
import { takeIn } from "./take-in";

const STEPS = 10;
const BUNDLE = `const { defineWorkflow } = require("phaseboard");
const { z } = require("zod");
exports.default = defineWorkflow({
  name: "Rehearsal", phases: ["only"], args: z.object({ steps: z.number() }),
  async run({ args, step }) {
    for (let at = 0; at < args.steps; at++) await step.function("step-" + at, () => at);
  },
});`;

/** Runs a workflow that touches nothing, so that what every run goes through is compiled by the time that one comes. */
export async function rehearse(root: string): Promise<void> {
  const { exported } = evaluate(BUNDLE, `${root}/rehearsal.ts`, root);
  if (!isWorkflow(exported)) return;
  const pass = new WorkflowPass((message: FromHost) => {
    if (!("step" in message)) return;
    const given = { secrets: {}, env: {}, attempt: 1, idempotencyKey: "" };
    setImmediate(() => pass.receive({ go: message.step, given }));
  });
  const args = (await takeIn(exported.args, { steps: STEPS }, "args")) as Record<string, unknown>;
  const facts = { run: { id: "", name: "", number: 1 }, project: { id: "", name: "", slug: "" } };
  toJson(await pass.run(exported, { ...facts, args }));
}
