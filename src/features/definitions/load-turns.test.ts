import { expect, it } from "vitest";
import { Turns } from "./load-turns";

it("takes from each owner in turn, a few at a time", async () => {
  const turns = new Turns(2);
  const begun: string[] = [];
  let most = 0;
  let now = 0;
  const work = (name: string) => async () => {
    begun.push(name);
    most = Math.max(most, ++now);
    await new Promise((resolve) => setImmediate(resolve));
    now--;
    return name;
  };
  const many = Array.from({ length: 16 }, (_, n) => turns.take("greedy", work(`greedy ${n}`)));
  const one = turns.take("modest", work("modest"));
  const broken = turns.take("broken", () => Promise.reject(new Error("no")));
  await expect(broken).rejects.toThrow("no");
  expect(await one).toBe("modest");
  expect(await Promise.all(many)).toHaveLength(16);
  // Two tasks were running before it came, and at most one of the busy owner's runs in between.
  expect(begun.indexOf("modest")).toBeLessThanOrEqual(3);
  expect(most).toBe(2);
});
