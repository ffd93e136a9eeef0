import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** The file in the project's folder in which steps log that their bodies begin and end. */
export const CALLS_FILE = "calls.log";

/** A line that a step's body logged: its identity, its claim and the time. */
export interface Call {
  what: "begin" | "end";
  run_id: string;
  step_id: string;
  attempt: number;
  epoch: number;
  /** Milliseconds since 1970 by the machine's clock. */
  at: number;
  /** The output of the step before, as this step got it; null where the step does not log it. */
  saw: string | null;
}

export async function readCalls(path: string): Promise<Call[]> {
  const text = await readFile(join(path, CALLS_FILE), "utf8").catch(() => "");
  return text
    .split("\n")
    .filter(Boolean)
    .map((line): Call => {
      const [what, key = "", mark = "", time = "", saw = "-"] = line.split(" ");
      const [run_id = "", step_id = "", attempt = ""] = key.split(":");
      if ((what !== "begin" && what !== "end") || time === "") throw new Error(`no call: ${line}`);
      const epoch = Number(mark.split(":")[2]);
      const at = Number(time) / 1e6;
      return { what, run_id, step_id, attempt: Number(attempt), epoch, at, saw: saw === "-" ? null : saw };
    });
}
