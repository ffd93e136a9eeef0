import { defineWorkflow } from "phaseboard";
import { z } from "zod";

export default defineWorkflow({
  name: "Fix until green",
  description: "An agent works on a task and is told what fails, until the tests pass.",
  phases: ["implement", "test"],
  args: z.object({
    task: z.string().describe("What the agent is to do."),
    rounds: z.number().int().min(1).max(20).default(5),
  }),
  async run({ args, step, phase, comment }) {
    for (let round = 1; round <= args.rounds; round++) {
      await phase("implement");
      await step.agent(`fix-${round}`, {
        agent: "claude",
        prompt:
          round === 1
            ? args.task
            : `${args.task}\n\nThe tests still fail. Run npm test, read what it says, and mend it.`,
      });
      await phase("test");
      const test = await step.script(`test-${round}`, { run: "npm test", continueOnError: true });
      if (test.status === "completed") return { rounds: round };
      await comment(`Round ${round} is still red.`);
    }
    throw new Error(`still red after ${args.rounds} rounds`);
  },
});
