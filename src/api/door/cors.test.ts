import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { expect, it } from "vitest";
import { admitOrigin } from "./cors";

const options = {
  url: "https://board.example.com",
  corsOrigins: ["https://app.example.com", "https://board.example.com", "http://10.0.0.1:3000"],
};

/** The cookie that is left of a request, and the origin that may read its answer. */
function ask(origin: string, host: string) {
  const incoming = new IncomingMessage(new Socket());
  Object.assign(incoming, { url: "/api/projects", method: "GET" });
  Object.assign(incoming.headers, { origin, host, cookie: "session=1" });
  const outgoing = new ServerResponse(incoming);
  expect(admitOrigin(incoming, outgoing, options)).toBe(false);
  return [incoming.headers.cookie, outgoing.getHeader("access-control-allow-origin")];
}

it.each([
  ["https://app.example.com", "board.example.com", undefined, "https://app.example.com"],
  // By its address, also behind a proxy that gives another host.
  ["https://board.example.com", "127.0.0.1:3000", "session=1", undefined],
  // By the host that was asked.
  ["http://10.0.0.1:3000", "10.0.0.1:3000", "session=1", undefined],
  ["http://10.0.0.1:3000", "board.example.com", undefined, "http://10.0.0.1:3000"],
])("a page of %s that asks %s", (origin, host, cookie, reader) => {
  expect(ask(origin, host)).toEqual([cookie, reader]);
});
