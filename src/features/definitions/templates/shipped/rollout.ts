import { defineWorkflow } from "phaseboard";
import { z } from "zod";

export default defineWorkflow({
  name: "Rollout in stages",
  description: "Deploys to more and more of the fleet, checks in between, and asks before the end.",
  phases: ["deploy", "watch"],
  args: z.object({
    stages: z
      .array(z.number().int().min(1).max(100))
      .min(1)
      .default([10, 50, 100])
      .describe("Percent, rising."),
    wait: z.string().default("10m").describe("Between a stage and its check: 30s, 10m, 2h."),
  }),
  async run({ args, step, phase, approve, sleep }) {
    for (const [index, percent] of args.stages.entries()) {
      if (index > 0 && index === args.stages.length - 1) {
        await approve("last-stage", { prompt: `All is well so far. Go on to ${percent} %?` });
      }
      await phase("deploy");
      await step.script(`deploy-${percent}`, { run: "npm run deploy", env: { PERCENT: percent } });
      await phase("watch");
      await sleep(args.wait);
      await step.script(`check-${percent}`, { run: "npm run check", env: { PERCENT: percent } });
    }
    return { reached: args.stages.at(-1) };
  },
});
