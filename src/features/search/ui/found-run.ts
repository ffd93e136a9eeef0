import { CircleDot } from "lucide-react";
import type { Command } from "../../../components/command";
import { withNumber } from "../../in-run/ui/run-facts";

/** The palette's entry for a run that the server found. `beside`: what tells it from others, such as its project. */
export function foundRun(
  run: { id: string; name: string; number: number },
  typed: string,
  open: () => void,
  beside?: string,
): Command {
  return {
    id: `run.open.${run.id}`,
    label: beside === undefined ? withNumber(run) : `${withNumber(run)} · ${beside}`,
    group: "Runs found",
    icon: CircleDot,
    // Include the typed text, because the palette filters by it again.
    keywords: `#${run.number} ${typed}`,
    run: open,
  };
}
