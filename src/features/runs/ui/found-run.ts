import { CircleDot } from "lucide-react";
import type { Command } from "../../../components/command";
import { withNumber } from "./run-facts";

/** The palette's line for a run that the server has found by what was typed. */
export function foundRun(
  run: { id: string; name: string; number: number },
  typed: string,
  open: () => void,
): Command {
  return {
    id: `run.open.${run.id}`,
    label: withNumber(run),
    group: "Runs found",
    icon: CircleDot,
    // The server found it by this, which the palette looks for again.
    keywords: `#${run.number} ${typed}`,
    run: open,
  };
}
