// graphile-worker alone: one job for each step, which adds the next job before it ends. A run is stored
// nowhere but in its jobs. Takes the address of its database.
import { randomUUID } from "node:crypto";
import { Logger, run } from "graphile-worker";
import { fib, serve } from "./serve.mjs";

const [connectionString] = process.argv.slice(2);
const ends = new Map();

const runner = await run({
  connectionString,
  concurrency: 4,
  noHandleSignals: true,
  logger: new Logger(() => () => {}),
  taskList: {
    step: async ({ id, steps, n }, { addJob }) => {
      const last = fib(n);
      if (steps > 1) await addJob("step", { id, steps: steps - 1, n });
      else ends.get(id)?.(last);
    },
  },
});
serve(async ({ steps, n }) => {
  const id = randomUUID();
  const end = new Promise((resolve) => ends.set(id, resolve));
  await runner.addJob("step", { id, steps, n });
  return end;
});
