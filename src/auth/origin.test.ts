import { describe, expect, it } from "vitest";
import { refusalOfOrigin } from "./origin";

const OWN = "http://127.0.0.1:3000";
const refusal = (headers: Record<string, string>) => refusalOfOrigin(new Headers(headers), OWN);

describe("a write by session cookie", () => {
  it.each<[string, Record<string, string>]>([
    ["the browser's word", { "sec-fetch-site": "same-origin" }],
    ["an old browser's", { origin: OWN, host: "127.0.0.1:3000" }],
    ["the name that the browser asked for", { origin: "http://board:3000", host: "board:3000" }],
    ["our address, behind a proxy that has another name for us", { origin: OWN, host: "backend:3000" }],
  ])("may go through by %s", (_, headers) => expect(refusal(headers)).toBeNull());

  it.each<[string, Record<string, string>]>([
    ["nothing", {}],
    ["no origin", { origin: "null" }],
    ["no origin on a host", { origin: "null", host: "127.0.0.1:3000" }],
    ["a neighbour's page", { "sec-fetch-site": "same-site", origin: "https://a.example.com" }],
    ["a page that was typed in", { "sec-fetch-site": "none" }],
  ])("may not by %s", (_, headers) => expect(refusal(headers)).toMatch(/own pages/));

  it("names the setting to mend where the page is ours by another name", () => {
    const headers = { origin: "https://board.example.com", host: "127.0.0.1:3000" };
    for (const more of [{}, { "sec-fetch-site": "same-origin" }] as Record<string, string>[]) {
      const message = refusal({ ...headers, ...more });
      expect(message).toContain("NEXTAUTH_URL=https://board.example.com");
      expect(message).toContain(OWN);
    }
    expect(refusal({ ...headers, "sec-fetch-site": "cross-site" })).not.toContain("NEXTAUTH_URL");
  });
});
