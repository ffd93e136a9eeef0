import type { StepAttempt, StepDetails, StepWithSession } from "../schema";

/** As they arrive: JSON leaves out a value that is undefined. */
type OnWire<T> = Omit<T, "output"> & { output?: unknown };

export type WireStep = OnWire<StepWithSession>;
export type WireAttempt = OnWire<StepAttempt>;
export type WireDecision = Omit<StepDetails["decisions"][number], "answer"> & { answer?: unknown };
