import type { Step, StepAttempt } from "../schema";

/** As they arrive: JSON leaves out a value that is undefined. */
type OnWire<T> = Omit<T, "output"> & { output?: unknown };

export type WireStep = OnWire<Step>;
export type WireAttempt = OnWire<StepAttempt>;
