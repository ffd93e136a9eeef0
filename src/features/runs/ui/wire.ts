import type { WireStep } from "../../steps/ui/wire";
import type { RunDetails } from "../schema";

/** A run as `runs.get` brings it: JSON leaves out a value that is undefined. */
export type WireRun = Omit<RunDetails, "steps" | "output"> & { steps: WireStep[]; output?: unknown };
