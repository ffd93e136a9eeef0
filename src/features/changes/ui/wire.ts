import type { Outputs } from "../../../trpc/react";

/** A changed file as the browser has it. */
export type WireFile = Outputs["runs"]["changes"]["items"][number];
