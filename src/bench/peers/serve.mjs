// Code shared by the peers' processes: the work of a step, and an HTTP server. Each process ends with the
// bench, its parent.
import { createServer } from "node:http";

export const fib = (n) => (n < 2 ? n : fib(n - 1) + fib(n - 2));

/** Answers each POST of `{steps, n}` with the result of `run`, and sends its address to the parent. */
export function serve(run) {
  const server = createServer(async (request, response) => {
    try {
      let text = "";
      for await (const piece of request) text += piece;
      response.end(JSON.stringify(await run(JSON.parse(text))));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
}

process.once("disconnect", () => process.exit(0));
