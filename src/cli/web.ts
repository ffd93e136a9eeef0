import type { IncomingMessage, Server, ServerResponse } from "node:http";
import next from "next";
import { makeWebServer } from "../api/door/web-server";
import { packageRoot } from "../lib/package-root";
import { readSettings } from "../lib/settings";
import { failStart, takeHanded, tellSupervisor } from "./handed";
import { listenError } from "./listen-error";
import { say } from "./output";
import { warnOfObjectStore } from "./warn-of-object-store";

/** How long running requests get after the server stops accepting new ones; event streams would never end. */
const GRACE_MS = 1_000;

await takeHanded();
const settings = readSettings();
const { host, port } = settings;
const dev = process.env.PHASEBOARD_DEV === "1";
let answer: (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>;
const server = makeWebServer({ ...settings, isDev: dev }, (incoming, outgoing) => {
  void answer(incoming, outgoing);
});

// The supervisor is gone: free the port for the next one.
process.once("disconnect", () => process.exit(0));
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void stop(server));

try {
  const app = next({
    dev,
    dir: packageRoot(),
    hostname: host,
    port,
    httpServer: server,
    quiet: true,
  });
  await app.prepare();
  answer = app.getRequestHandler();
  await listen(server);
  if (!tellSupervisor({ type: "listening" })) say(`The web server listens on ${host}, port ${port}`);
  await warnOfObjectStore();
} catch (error) {
  failStart(error);
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(listenError(error, host, port)));
    server.listen(port, host, resolve);
  });
}

async function stop(server: Server): Promise<void> {
  setTimeout(() => server.closeAllConnections(), GRACE_MS);
  server.closeIdleConnections();
  await new Promise((resolve) => server.close(resolve));
  process.exit(0);
}
