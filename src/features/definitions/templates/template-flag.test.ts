import { expect, it } from "vitest";
import { asTemplate } from "./template-flag";

it("adds and takes away one line, and nothing else", () => {
  const source = "# Ours\nname: Ship # it\nsteps:\n  - id: a\n    env: { name: x }\n";
  const offered = "# Ours\nis_template: true\nname: Ship # it\nsteps:\n  - id: a\n    env: { name: x }\n";
  expect(asTemplate(source, true)).toBe(offered);
  expect(asTemplate(offered, true)).toBe(offered);
  expect(asTemplate(offered, false)).toBe(source);
  expect(asTemplate(source, false)).toBe(source);
  expect(asTemplate("name: A\nis_template: false", true)).toBe("is_template: true\nname: A\n");
  expect(() => asTemplate("{ name: A }", true)).toThrow(/is_template: true/);
});
