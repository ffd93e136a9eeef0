import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { packageRoot } from "../lib/package-root";

const FOLDER = join(packageRoot(), "drizzle");
/** The first that came after installations could be upgraded while others write. */
const FIRST = "0031";

it("an index on a table that is there is a migration of its own, so nothing else is locked while it is made", () => {
  const mixed = readdirSync(FOLDER)
    .filter((name) => name.endsWith(".sql") && name >= FIRST)
    .filter((name) => {
      const statements = readFileSync(join(FOLDER, name), "utf8").split("--> statement-breakpoint");
      const made = statements.flatMap((text) => /CREATE TABLE "(\w+)"/.exec(text)?.[1] ?? []);
      const indexes = statements.filter((text) => {
        const table = /CREATE (?:UNIQUE )?INDEX .* ON "(\w+)"/.exec(text)?.[1];
        return table !== undefined && !made.includes(table);
      });
      return indexes.length > 0 && statements.length > 1;
    });
  expect(mixed).toEqual([]);
});
