import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * When a process began, as a text that no other process with the same id shares; null where there is none or
 * it has ended (a zombie has). Read from /proc, else from `ps`.
 */
export function startOfProcess(pid: number): string | null {
  try {
    if (process.platform === "linux") {
      const text = readFileSync(`/proc/${pid}/stat`, "utf8");
      // The name of the program may hold spaces and parentheses; the fields begin behind its last one.
      const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
      const [state, started] = [fields[0], fields[19]];
      if (state === "Z" || state === "X" || started === undefined) return null;
      return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${started}`;
    }
    if (process.platform === "win32") {
      process.kill(pid, 0);
      return "alive";
    }
    const line = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
    return line === "" || line.startsWith("Z") ? null : line.replace(/^\S+\s+/, "");
  } catch {
    return null;
  }
}
