// A Restate service, called by Restate's server. Takes the folder in which Restate's SDK is installed.
import { createServer } from "node:http2";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fib } from "./serve.mjs";

const [folder = ""] = process.argv.slice(2);
const restate = createRequire(join(folder, "package.json"))("@restatedev/restate-sdk");

const fibs = restate.service({
  name: "Fibs",
  handlers: {
    run: async (ctx, { steps, n }) => {
      let last = 0;
      for (let step = 0; step < steps; step++) last = await ctx.run(`fib-${step}`, () => fib(n));
      return last;
    },
  },
});
const server = createServer(restate.createEndpointHandler({ services: [fibs] }));
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
process.once("disconnect", () => process.exit(0));
