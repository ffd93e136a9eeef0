import type { AddressInfo } from "node:net";
import { makeWebServer } from "../api/door/web-server";
import { answerApi } from "../api/node-http";
import { readSettings } from "../lib/settings";
import { startSweeper } from "../storage/sweep";
import { web } from "../trpc/web";

/*
 * The API on a server of its own, in a process of its own, for tests that kill it and measure it. Says its port
 * on stdout; a message "peak" is answered with the highest resident memory since the one before, in bytes.
 */
let peak = 0;
const sample = () => {
  peak = Math.max(peak, process.memoryUsage.rss());
};
setInterval(sample, 10);
process.on("message", () => {
  sample();
  process.send?.(peak);
  global.gc?.();
  peak = process.memoryUsage.rss();
});

startSweeper(web().db);
const server = makeWebServer(readSettings(), (request, response) => {
  if (!answerApi(request, response)) response.writeHead(404).end();
});
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
