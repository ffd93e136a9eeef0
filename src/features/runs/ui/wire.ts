import type { WireStep } from "../../steps/ui/wire";
import type { RunDetails } from "../schema";

/** A run as it arrives from `runs.get`: JSON leaves out undefined values. */
export type WireRun = Omit<RunDetails, "steps" | "output"> & { steps: WireStep[]; output?: unknown };
