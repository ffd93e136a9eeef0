import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * The start time of a process as a text. With the process id it identifies one process. Null where the process does not
 * exist or has ended (a zombie too). Read from /proc, else from `ps`.
 */
export function startOfProcess(pid: number): string | null {
  try {
    if (process.platform === "linux") {
      const text = readFileSync(`/proc/${pid}/stat`, "utf8");
      // The program's name may contain spaces and parentheses; fields follow its last one.
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
