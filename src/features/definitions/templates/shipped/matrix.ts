import { defineWorkflow } from "phaseboard";
import { z } from "zod";

export default defineWorkflow({
  name: "One step for each",
  description: "Runs the same check for each of a list, side by side, and says which of them failed.",
  phases: ["check"],
  args: z.object({
    targets: z
      .array(z.string().regex(/^[a-z0-9-]+$/))
      .min(1)
      .max(20)
      .default(["one", "two"]),
  }),
  async run({ args, step }) {
    const outcomes = await Promise.all(
      args.targets.map((target) =>
        step.script(target, { run: "npm run check", env: { TARGET: target }, continueOnError: true }),
      ),
    );
    const failed = args.targets.filter((_, index) => outcomes[index]?.status !== "completed");
    if (failed.length > 0) throw new Error(`failed for ${failed.join(", ")}`);
    return { checked: args.targets.length };
  },
});
