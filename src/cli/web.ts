import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { join } from "node:path";
import next from "next";
import sirv from "sirv";
import { makeWebServer } from "../api/door/web-server";
import { packageRoot } from "../lib/package-root";
import { readSettings } from "../lib/settings";
import { failStart, takeHanded, tellSupervisor } from "./handed";
import { listenError } from "./listen-error";
import { say } from "./output";
import { warnOfObjectStore } from "./warn-of-object-store";

/** How long running requests get after the server stops accepting new ones; event streams would never end. */
const GRACE_MS = 1_000;
const ASSETS = "/_next/static/";
const YEAR_S = 365 * 24 * 60 * 60;

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
  const pages = app.getRequestHandler();
  answer = dev ? pages : withAssets(pages);
  await listen(server);
  if (!tellSupervisor({ type: "listening" })) say(`The web server listens on ${host}, port ${port}`);
  await warnOfObjectStore();
} catch (error) {
  failStart(error);
}

/** Scripts and styles are sent as the build has compressed them; Next would compress each anew for each browser. */
function withAssets(pages: typeof answer): typeof answer {
  const serve = sirv(join(packageRoot(), ".next", "static"), {
    brotli: true,
    gzip: true,
    etag: true,
    immutable: true,
    maxAge: YEAR_S,
  });
  return async (incoming, outgoing) => {
    const { url = "/" } = incoming;
    if (!url.startsWith(ASSETS)) return pages(incoming, outgoing);
    incoming.url = url.slice(ASSETS.length - 1);
    serve(incoming, outgoing, () => {
      incoming.url = url;
      void pages(incoming, outgoing);
    });
  };
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
