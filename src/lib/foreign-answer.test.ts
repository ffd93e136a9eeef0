import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createTRPCClient, httpBatchLink, httpLink, TRPCClientError } from "@trpc/client";
import { expect, it } from "vitest";
import { refusalOf } from "../client/error";
import { type Fault, sayFault } from "../components/fault";
import { fetchApi } from "./foreign-answer";

it.each<[number, RegExp]>([
  [413, /too large.*client_max_body_size 101m/],
  [429, /too much is asked at once/i],
  [502, /could not reach it \(502\)/],
  [504, /time limit/],
  [403, /sign-in of its own/],
  [200, /A page answered \(200\)/],
  [418, /answered 418/],
])("an answer %i that is none of ours is told as what it is, in browser and client", (status, told) => {
  const page = "<html><head><title>nginx</title></head></html>";
  expect(refusalOf(status, page, "x").message).toMatch(told);
  const error = { message: "Unexpected token '<'", meta: { response: new Response(page, { status }) } };
  expect(sayFault(error)).toMatch(told);
});

it("ours is told in its own words, and none at all as that", () => {
  expect(refusalOf(413, '{"error":{"message":"Too much."}}', "x").message).toBe("Too much.");
  expect(sayFault({ message: "Too much.", data: { code: "PAYLOAD_TOO_LARGE" } })).toBe("Too much.");
  expect(sayFault({ message: "fetch failed" })).toMatch(/^The server does not answer/);
});

it.each([httpLink, httpBatchLink])(
  "a page that answers the browser's queries is told as that",
  async (link) => {
    const proxy = createServer((_, response) => {
      response.writeHead(502, { "content-type": "text/html" }).end("<html>Bad Gateway</html>");
    });
    await new Promise<void>((listening) => proxy.listen(0, "127.0.0.1", listening));
    try {
      const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/api/trpc`;
      const client = createTRPCClient<never>({
        links: [link({ url, fetch: fetchApi } as never)],
      }) as unknown as {
        runs: { list: { query: () => Promise<unknown> } };
      };
      const error = await client.runs.list.query().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(TRPCClientError);
      expect(sayFault(error as Fault)).toMatch(/could not reach it \(502\)/);
    } finally {
      await new Promise((closed) => proxy.close(closed));
    }
  },
);
