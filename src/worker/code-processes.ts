import { type CodeChannel, SPARE_ARGUMENT } from "../engine/code/protocol";
import type { Claim } from "../engine/ports";
import { formatMark } from "../engine/steps/mark";
import { messageOf } from "../lib/errors";
import { newId } from "../lib/ids";
import { logger } from "../lib/logger";
import { packageRoot } from "../lib/package-root";
import { SPARE } from "../lib/process-tree";
import { CodeProcess } from "./code-process";

/** What has just begun has the machine to itself for so long. */
const PAUSE_MS = 1_000;
const KEEP_MS = 10 * 60_000;

export interface CodeProcesses {
  start(claim: Claim): CodeChannel;
  /** Ends the spare. What is started from here on is without one. */
  close(): void;
}

/**
 * Starts processes for the code of definitions. Whoever has run code is likely to run more, so from then on one
 * spare process is kept that has started already: the next run takes it, and it serves that run alone.
 */
export function createCodeProcesses(
  process_key: string,
  { pause_ms = PAUSE_MS, keep_ms = KEEP_MS } = {},
): CodeProcesses {
  let spare: { host: CodeProcess; timer: NodeJS.Timeout } | null = null;
  let isClosed = false;
  // An attempt of its own: while a process and its children are being ended, the next one of the run may begin.
  const markOf = (run_id: string, epoch: number) =>
    formatMark({ process_key, run_id, epoch, attempt_id: `code-${newId()}` });

  /** Gives the spare away. */
  const giveSpare = () => {
    clearTimeout(spare?.timer);
    const host = spare?.host ?? null;
    spare = null;
    return host;
  };

  const startSpare = () => {
    if (spare || isClosed) return;
    try {
      const host = new CodeProcess(markOf(SPARE, 0), packageRoot(), [SPARE_ARGUMENT]);
      const end = () => {
        if (spare?.host === host) void giveSpare()?.close();
      };
      spare = { host, timer: setTimeout(end, keep_ms).unref() };
      host.onGone(end);
    } catch (error) {
      logger.debug({ reason: messageOf(error) }, "no spare process for code could be started");
    }
  };

  return {
    start({ run, epoch }) {
      const mark = markOf(run.id, epoch);
      let host = giveSpare();
      if (host?.isThere) host.take(mark);
      else host = new CodeProcess(mark, run.project.path);
      const timer = setTimeout(startSpare, pause_ms).unref();
      host.onGone(() => {
        clearTimeout(timer);
        startSpare();
      });
      return host;
    },
    close() {
      isClosed = true;
      void giveSpare()?.close();
    },
  };
}
