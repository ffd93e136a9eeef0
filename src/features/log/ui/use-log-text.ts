"use client";

import { useEffect, useState } from "react";
import { trpc } from "../../../trpc/react";
import type { StepLogInput } from "../schema";

/** Characters shown of an input or summary. */
const TEXT_LIMIT = 1_000_000;

interface LogText {
  text: string;
  phase: "loading" | "following" | "done" | "failed";
  message: string | null;
}

/** An attempt's input or summary as one text. */
export function useLogText(stepId: string, attempt: number, type: StepLogInput["type"]): LogText {
  const { client } = trpc.useUtils();
  const [log, setLog] = useState<LogText>({ text: "", phase: "loading", message: null });
  useEffect(() => {
    setLog({ text: "", phase: "loading", message: null });
    const subscription = client.steps.logs.subscribe(
      { id: stepId, type, attempt },
      {
        // Every connection starts at the log's beginning, also when the browser reconnects: reset the text.
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
