"use client";

import { useEffect, useState } from "react";
import { trpc } from "../../../trpc/react";
import type { StepLogInput } from "../schema";

/** Characters of an input or summary that are shown. */
const TEXT_LIMIT = 1_000_000;

interface LogText {
  text: string;
  phase: "loading" | "following" | "done" | "failed";
  message: string | null;
}

/** A whole log of an attempt as text: its input or its summary. */
export function useLogText(stepId: string, attempt: number, type: StepLogInput["type"]): LogText {
  const { client } = trpc.useUtils();
  const [log, setLog] = useState<LogText>({ text: "", phase: "loading", message: null });
  useEffect(() => {
    setLog({ text: "", phase: "loading", message: null });
    const subscription = client.steps.logs.subscribe(
      { id: stepId, type, attempt },
      {
        // Each connection begins at the log's start, also one that the browser made anew.
        onStarted: () => setLog((before) => ({ ...before, text: "", message: null })),
        onData: ({ text, done }) => {
          setLog((before) => ({
            text: (before.text + text).slice(0, TEXT_LIMIT),
            phase: done ? "done" : "following",
            message: null,
          }));
          if (done) subscription.unsubscribe();
        },
        onError: (error) => setLog((before) => ({ ...before, phase: "failed", message: error.message })),
      },
    );
    return () => subscription.unsubscribe();
  }, [client, stepId, attempt, type]);
  return log;
}
