import { join } from "node:path";
import { packageRoot } from "../../lib/package-root";

/** Arguments of Node for the program that loads and runs definitions in TypeScript. */
export function codeHost(memoryMb: number): string[] {
  return [
    `--max-old-space-size=${memoryMb}`,
    join(/* turbopackIgnore: true */ packageRoot(), "dist", "code-host.js"),
  ];
}
