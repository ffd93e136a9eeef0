import { expect, it } from "vitest";
import { seal, unseal } from "./seal";

const sealed = seal("secret", "tests", "whsec_ü", "row 1");

it("opens under the same secret, purpose and place alone", () => {
  expect(unseal("secret", "tests", sealed, "row 1")).toBe("whsec_ü");
  expect(() => unseal("other", "tests", sealed, "row 1")).toThrow();
  expect(() => unseal("secret", "others", sealed, "row 1")).toThrow();
  expect(() => unseal("secret", "tests", sealed, "row 2")).toThrow();
});

it("refuses what was changed or cut, and shows nothing of the text", () => {
  expect(sealed.includes("whsec_")).toBe(false);
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => unseal("secret", "tests", changed, "row 1")).toThrow();
  }
  expect(() => unseal("secret", "tests", sealed.subarray(0, 20), "row 1")).toThrow();
});

it("gives another text each time", () => {
  expect(seal("secret", "tests", "whsec_ü", "row 1").equals(sealed)).toBe(false);
});
