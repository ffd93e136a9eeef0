import type { WireStep } from "../../steps/ui/wire";
import type { RunDetails } from "../schema";

/** A run as `runs.get` brings it. */
export type WireRun = Omit<RunDetails, "steps"> & { steps: WireStep[] };
