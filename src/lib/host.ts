import { createHash } from "node:crypto";
import { hostname } from "node:os";
import { readPidSpace } from "./process-tree-linux";

/**
 * Names the machine, its boot and its process namespace: within one value a process id means one process, so
 * whether a peer is alive can be asked of the system instead of waiting for its lease.
 */
export function hostIdentity(): string {
  if (process.platform !== "linux") return hostname();
  return `${hostname()}#${createHash("sha256").update(readPidSpace()).digest("hex").slice(0, 8)}`;
}
