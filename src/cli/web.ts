import type { IncomingMessage, Server, ServerResponse } from "node:http";
import next from "next";
import { makeWebServer } from "../api/door/web-server";
import { packageRoot } from "../lib/package-root";
import { readSettings } from "../lib/settings";
import type { ChildMessage } from "./child";
import { takeHanded } from "./handed";
import { listenError } from "./listen-error";
import { explain, say } from "./output";
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
  tell({ type: "listening" });
  if (!process.send) say(`The web server listens on ${host}, port ${port}`);
  await warnOfObjectStore();
} catch (error) {
  const message = explain(error);
  if (process.send) tell({ type: "failed", message });
  else say(message);
  // Let the message reach the supervisor first.
  setTimeout(() => process.exit(1), process.send ? 50 : 0);
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(listenError(error, host, port)));
    server.listen(port, host, resolve);
  });
}

function tell(message: ChildMessage): void {
  process.send?.(message);
}

async function stop(server: Server): Promise<void> {
  setTimeout(() => server.closeAllConnections(), GRACE_MS);
  server.closeIdleConnections();
  await new Promise((resolve) => server.close(resolve));
  process.exit(0);
}
