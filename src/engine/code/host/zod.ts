import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** Ours, for definitions; loaded where one asks for it, since that takes longer than all the rest of the host. */
export function loadZod(): typeof import("zod") {
  return require("zod");
}
