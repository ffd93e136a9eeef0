import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { findProviderFault } from "./provider-state";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(answer: (issuer: string) => RequestListener): Promise<string> {
  server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  server.on("request", answer(issuer));
  return issuer;
}

it.each<[string, (issuer: string) => RequestListener, string | RegExp | null]>([
  ["that answers", (issuer) => (_, response) => response.end(JSON.stringify({ issuer: `${issuer}/` })), null],
  ["that fails", () => (_, response) => response.writeHead(500).end(), /openid-configuration answers 500$/],
  [
    "that answers with a page",
    () => (_, response) => response.end("<html>"),
    /is no OpenID Connect discovery$/,
  ],
  [
    "that is another",
    () => (_, response) => response.end('{"issuer":"https://other.example.com"}'),
    /^the provider calls itself https:\/\/other\.example\.com, not /,
  ],
  ["that stays silent", () => () => {}, /does not answer: .*timeout/],
  [
    "that never ends",
    () => (_, response) => void response.write(" "),
    /is no OpenID Connect discovery|timeout/,
  ],
])(
  "a provider %s",
  async (_, answer, says) => {
    const fault = await findProviderFault(await serve(answer));
    if (says === null) expect(fault).toBeNull();
    else expect(fault).toMatch(says);
  },
  10_000,
);

it("a provider that is not there", async () => {
  const issuer = await serve(() => () => {});
  server?.close();
  await once(server as Server, "close");
  expect(await findProviderFault(issuer)).toMatch(/does not answer: .*ECONNREFUSED/);
});
