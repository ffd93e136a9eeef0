import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** Our copy of zod, for definitions. Loaded on demand: it takes longer than the rest of the host. */
export function loadZod(): typeof import("zod") {
  return require("zod");
}
