import type { AddressInfo } from "node:net";
import next from "next";
import { type DoorOptions, makeWebServer } from "../api/door/web-server";
import { packageRoot } from "../lib/package-root";
import { perProcess } from "../lib/per-process";
import { readSettings } from "../lib/settings";
import { startSweeper } from "../storage/sweep";
import { web } from "../trpc/web";

/*
 * The web server of the product with what `next build` made, for tests. Sends its port; a message "peak" is answered
 * with the highest resident memory since the one before, in bytes. API_OPTIONS: what the door is told beside the
 * settings, as JSON.
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
process.once("disconnect", () => process.exit());

// Tests write their definitions and runs as rows: nobody else may look at folders and schedules for them.
perProcess("background", () => startSweeper(web().db));
const given = JSON.parse(process.env.API_OPTIONS ?? "{}") as Partial<DoorOptions>;
const server = makeWebServer({ ...readSettings(), ...given }, (request, response) => {
  void answer(request, response);
});
const app = next({ dev: false, dir: packageRoot(), httpServer: server, quiet: true });
await app.prepare();
const answer = app.getRequestHandler();
server.listen(0, "127.0.0.1", () => {
  process.send?.((server.address() as AddressInfo).port);
});
