import { describe, expect, it } from "vitest";
import { namesOr } from "../../../lib/names-or";
import type { ApprovalRequest } from "../../../model/states";
import { stepLook } from "../../in-run/ui/step-look";
import { answerRows } from "./answer-rows";
import { type Asked, couldDecide, refusalOf, whoIsAsked } from "./approval-facts";

const approvers = (given: Partial<ApprovalRequest["approvers"]> = {}): ApprovalRequest["approvers"] => ({
  role: "maintainer",
  count: 2,
  allow_self: false,
  ...given,
});

const asked = (given: Partial<Asked> = {}): Asked => ({
  approvers: approvers(),
  started_by: "olga",
  attempt: 2,
  snapshot: "new",
  decisions: [
    { attempt: 1, user_id: "grace", decision: "approve", snapshot: "new" },
    { attempt: 2, user_id: "ada", decision: "approve", snapshot: "new" },
  ],
  ...given,
});

describe("whoIsAsked", () => {
  it("names role, number and the exception", () => {
    expect(whoIsAsked(approvers())).toBe("Needs 2 maintainers or owners, other than who started the run");
    expect(whoIsAsked(approvers({ role: "member", count: 1, allow_self: true }))).toBe("Needs a member");
  });
});

describe("refusalOf", () => {
  it("lets decide who has the role and has not decided in this attempt", () => {
    expect(refusalOf(asked(), { user_id: "grace", role: "maintainer" })).toBeNull();
    expect(refusalOf(asked(), { user_id: "linus", role: "owner" })).toBeNull();
  });

  it("asks again who has decided for other files", () => {
    const ada = { user_id: "ada", role: "maintainer" } as const;
    expect(refusalOf(asked({ snapshot: "newer" }), ada)).toBeNull();
    const { snapshot: _, ...unknown } = asked();
    expect(refusalOf(unknown, ada)).toMatch(/^You approved/);
  });

  it("says why somebody else cannot", () => {
    expect(refusalOf(asked(), { user_id: "mia", role: "member" })).toBe("Decided by maintainers or owners");
    expect(refusalOf(asked(), { user_id: "ada", role: "maintainer" })).toBe("You approved; 1 more needed");
    expect(refusalOf(asked(), { user_id: "olga", role: "owner" })).toMatch(/^You started this run/);
    expect(
      refusalOf(asked({ approvers: approvers({ allow_self: true }) }), { user_id: "olga", role: "owner" }),
    ).toBeNull();
  });

  it("refuses by role alone while it is not known who reads", () => {
    expect(refusalOf(asked(), { user_id: undefined, role: "maintainer" })).toBeNull();
    expect(refusalOf(asked(), { user_id: undefined, role: "viewer" })).not.toBeNull();
  });
});

describe("couldDecide", () => {
  it("leaves out who has decided, who may not and who started the run", () => {
    const members = [
      { user_id: "olga", name: "Olga", role: "owner" },
      { user_id: "ada", name: "Ada", role: "maintainer" },
      { user_id: "grace", name: "Grace", role: "maintainer" },
      { user_id: "mia", name: "Mia", role: "member" },
    ] as const;
    expect(couldDecide(asked(), members)).toEqual(["Grace"]);
  });

  it("is named in a line", () => {
    expect(namesOr(["Ada", "Grace"])).toBe("Ada or Grace");
    expect(namesOr(["a", "b", "c", "d", "e"])).toBe("a, b, c, d or e");
    expect(namesOr(["a", "b", "c", "d", "e", "f"])).toBe("a, b, c, d or 2 others");
  });
});

describe("answerRows", () => {
  it("takes the form's labels", () => {
    const form = {
      type: "object",
      properties: { ticket_id: { type: "string" }, risk: { title: "How risky" } },
    };
    expect(answerRows({ ticket_id: "OPS-7", risk: 3, more: [1] }, form)).toEqual([
      { key: "ticket_id", label: "Ticket id", text: "OPS-7" },
      { key: "risk", label: "How risky", text: "3" },
      { key: "more", label: "more", text: "[1]" },
    ]);
    expect(answerRows(null, form)).toEqual([]);
  });
});

describe("stepLook", () => {
  it("is not running while the step's agent has stalled", () => {
    const stalled_since = "2026-01-01T00:00:00.000Z";
    expect(stepLook({ status: "running", waiting_for: null, stalled_since })).toBe("stalled");
  });

  it("asks for a person where the step waits for one", () => {
    const look = (waiting_for: "approval" | "permission" | "sleep" | null) =>
      stepLook({ status: "running", waiting_for, stalled_since: null });
    expect(look("approval")).toBe("needs_you");
    expect(look("permission")).toBe("needs_you");
    expect(look("sleep")).toBe("waiting");
    expect(look(null)).toBe("running");
  });
});
