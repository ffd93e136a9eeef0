import { expect, it } from "vitest";
import { refusalOf } from "../client/error";
import { sayFault } from "../components/fault";

it.each<[number, RegExp]>([
  [413, /too large.*client_max_body_size 101m/],
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
