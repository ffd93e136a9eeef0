"use client";

import { useEffect, useRef, useState } from "react";
import { sayFault } from "../../../../components/fault";
import { type ApiError, trpc } from "../../../../trpc/react";
import type { LoadFault } from "../../schema";
import type { DefinitionType } from "./assist";

/** A text is checked once nobody has typed for so long. */
const PAUSE_MS = 400;
const AGAIN_MS = 2_000;

interface Answer {
  source: string;
  faults: readonly LoadFault[];
  warnings: readonly LoadFault[];
  /** Why it was not checked. */
  failure: string | null;
}

export interface Check {
  faults: readonly LoadFault[];
  /** What does not keep the text from being saved. */
  warnings: readonly LoadFault[];
  /** What these say holds for the text as it is now. */
  isCurrent: boolean;
  failure: string | null;
}

/** Whether the same text may well be checked later: the server was away or busy. */
const isPassing = ({ data }: ApiError) => !data || data.httpStatus >= 500 || data.httpStatus === 429;

const NONE: readonly LoadFault[] = [];

/**
 * Checks a text on the server while it is typed. One check is under way at a time, and an answer counts only for the text
 * that was asked about, so an older one never wins.
 */
export function useCheck(
  about: { projectId: string; type: DefinitionType; path: string },
  source: string,
): Check {
  const { client } = trpc.useUtils();
  const { projectId, type, path } = about;
  const [answer, setAnswer] = useState<Answer | null>(null);
  const busy = useRef(false);
  const wanted = useRef(source);
  wanted.current = source;
  /** The first text is checked at once. */
  const pause = useRef(0);

  useEffect(() => {
    let isOver = false;
    let timer: ReturnType<typeof setTimeout>;
    const check = async () => {
      if (isOver) return;
      pause.current = PAUSE_MS;
      if (busy.current) {
        timer = setTimeout(check, PAUSE_MS);
        return;
      }
      busy.current = true;
      const told = await client.definitions.check.mutate({ project_id: projectId, source, type, path }).then(
        ({ faults, warnings }) => ({ source, faults, warnings, failure: null, isPassing: false }),
        (error: ApiError) => ({
          source,
          faults: NONE,
          warnings: NONE,
          failure: sayFault(error),
          isPassing: isPassing(error),
        }),
      );
      busy.current = false;
      if (wanted.current !== source) return;
      setAnswer(told);
      if (told.isPassing && !isOver) timer = setTimeout(check, AGAIN_MS);
    };
    timer = setTimeout(check, pause.current);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [client, projectId, type, path, source]);

  return {
    faults: answer?.faults ?? NONE,
    warnings: answer?.warnings ?? NONE,
    isCurrent: answer?.source === source,
    failure: answer?.source === source ? answer.failure : null,
  };
}
