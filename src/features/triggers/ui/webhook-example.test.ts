import { describe, expect, it } from "vitest";
import { curlExample, exampleBody } from "./webhook-example";

describe("exampleBody", () => {
  it.each([
    [{}, null, "{}"],
    [{ ref: "${{ body.ref }}" }, null, '{"ref":"…"}'],
    [
      { title: "${{ body.head_commit.message }}", by: ["${{ body.head_commit.author.name }}"] },
      "${{ body.ref.startsWith('refs/') }}",
      '{"head_commit":{"message":"…","author":{"name":"…"}},"ref":"…"}',
    ],
    [{ all: "${{ body.commit }}", id: "${{ body.commit.id }}" }, null, '{"commit":{"id":"…"}}'],
    [{ x: "${{ query.body }} ${{ headers['x'] }}" }, null, "{}"],
  ])("of %j is the fields that they read", (args, condition, body) => {
    expect(exampleBody({ args, if: condition })).toBe(body);
  });
});

it("quotes a body for the shell", () => {
  expect(curlExample("http://x/api/hooks/a", `{"a":"it's"}`)).toContain(`body='{"a":"it'\\''s"}'\n`);
});
