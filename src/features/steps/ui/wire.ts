import type { StepAttempt, StepDetails, StepWithSession } from "../schema";

/** A value as it arrives: JSON leaves out undefined fields. */
type OnWire<T> = Omit<T, "output"> & { output?: unknown };

export type WireStep = OnWire<StepWithSession>;
export type WireAttempt = OnWire<StepAttempt>;
export type WireDecision = Omit<StepDetails["decisions"][number], "answer"> & { answer?: unknown };
