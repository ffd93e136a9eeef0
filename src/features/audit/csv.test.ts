import { expect, it } from "vitest";
import { csvHead, csvRow } from "./csv";
import type { AuditEntry } from "./schema";

const entry: AuditEntry = {
  id: "a",
  created_at: "2026-11-30T16:00:00.000Z",
  action: "members.add",
  outcome: "done",
  actor_type: "user",
  actor_id: "u",
  actor_name: '=HYPERLINK("https://evil.example")',
  session_id: null,
  token_id: null,
  address: "192.0.2.1",
  project_id: "p",
  project_name: "One, two",
  target_type: "user",
  target_id: "v",
  target_name: "Line\nbreak",
  before: null,
  after: { role: "member" },
};

it("quotes what has commas, quotes or lines, and lets nothing be a formula", () => {
  expect(csvHead.split(",").slice(0, 3)).toEqual(["id", "created_at", "action"]);
  expect(csvRow(entry)).toBe(
    `a,2026-11-30T16:00:00.000Z,members.add,done,user,u,"'=HYPERLINK(""https://evil.example"")",,,192.0.2.1,p,"One, two",user,v,"Line\nbreak",,"{""role"":""member""}"\r\n`,
  );
});
