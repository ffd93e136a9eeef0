"use client";

import dynamic from "next/dynamic";
import { RunView } from "../../runs/ui/run-page";
import { useReplay } from "./use-replay";

const ReplayRun = dynamic(() => import("./replay-run").then((part) => part.ReplayRun));

/** The page of a run, or the run as it was where the address says when. */
export function RunOrReplay({ id }: { id: string }) {
  return useReplay("run") ? <ReplayRun id={id} /> : <RunView id={id} />;
}
