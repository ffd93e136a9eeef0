// A server that runs each request as a DBOS workflow in its own process. Takes the folder in which DBOS is
// installed and the address of its database.
import { createRequire } from "node:module";
import { join } from "node:path";
import { fib, serve } from "./serve.mjs";

const [folder = "", systemDatabaseUrl] = process.argv.slice(2);
const { DBOS } = createRequire(join(folder, "package.json"))("@dbos-inc/dbos-sdk");

const workflow = DBOS.registerWorkflow(
  async (steps, n) => {
    let last = 0;
    for (let step = 0; step < steps; step++) {
      last = await DBOS.runStep(async () => fib(n), { name: `fib-${step}` });
    }
    return last;
  },
  { name: "fibs" },
);
DBOS.setConfig({ name: "bench", applicationVersion: "1", systemDatabaseUrl, logLevel: "error" });
await DBOS.launch();
serve(async ({ steps, n }) => {
  const handle = await DBOS.startWorkflow(workflow)(steps, n);
  return handle.getResult();
});
