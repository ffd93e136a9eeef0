import type { Caller } from "../../../auth/scope";
import { GROUP_LIMIT } from "../../../lib/log-groups";
import type { LogWindow, LogWindowInput } from "../schema";
import { openIndex } from "./open-index";
import { readWindow } from "./read-window";

/** Some lines of an attempt's log: those from `line` on, or the last ones. Throws as `openIndex`. */
export async function getLogWindow(caller: Caller, input: LogWindowInput): Promise<LogWindow> {
  const { attempt, index } = await openIndex(caller, input);
  if (!attempt) {
    const nothing = { attempt: 0, first_line: 1, total_lines: 0, lines: [], complete: false };
    return { ...nothing, next_offset: 0, next_place: "", groups: input.groups ? [] : null };
  }
  const { end, groups, state } = index;
  const total = end.place.lines;
  const first = input.line === undefined ? Math.max(0, total - input.lines) : input.line - 1;
  return {
    attempt: attempt.number,
    first_line: first + 1,
    total_lines: total,
    lines: await readWindow(caller.db, attempt, index, { first, lines: input.lines }),
    complete: state.sealed,
    next_offset: end.offset,
    next_place: JSON.stringify(end.place),
    groups: input.groups ? groups.slice(0, GROUP_LIMIT) : null,
  };
}
