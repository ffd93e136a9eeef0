import { createHash } from "node:crypto";
import { hostname } from "node:os";
import { readPidSpace } from "./process-tree-linux";

/**
 * Identifies the machine, its boot and its process namespace. Within one identity a process id means one process, so a
 * peer's death can be checked directly, without waiting for its lease.
 */
export function hostIdentity(): string {
  if (process.platform !== "linux") return hostname();
  return `${hostname()}#${createHash("sha256").update(readPidSpace()).digest("hex").slice(0, 8)}`;
}
