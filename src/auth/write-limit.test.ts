import { expect, it } from "vitest";
import { countWrite } from "./write-limit";

it("lets a person write a lot, and then says how long to wait, while others go on", async () => {
  for (let n = 0; n < 3_600; n++) await countWrite("busy");
  await expect(countWrite("busy")).rejects.toMatchObject({
    code: "TOO_MANY_REQUESTS",
    retry_after: expect.any(Number),
  });
  await countWrite("other");
});
