/** A fault of a definition's file as `load_error` and refused saves tell it: `file:line:column message`. */
export interface LoadFault {
  file: string | null;
  line: number;
  column: number;
  message: string;
}

const LINE = /^(?:(.*?):)?(\d+):(\d+):?\s+(.+)$/;

/** Reads the faults out of a text of lines; one that names no place goes on with the fault before it, else is at 1:1. */
export function loadFaults(text: string | null | undefined): LoadFault[] {
  const faults: LoadFault[] = [];
  for (const line of (text ?? "").split("\n").map((each) => each.trimEnd())) {
    if (line === "") continue;
    const found = LINE.exec(line.trim());
    const last = faults.at(-1);
    if (found) {
      const [, file, row, column, message = ""] = found;
      faults.push({ file: file || null, line: Number(row), column: Number(column), message });
    } else if (last) last.message += `\n${line}`;
    else faults.push({ file: null, line: 1, column: 1, message: line.trim() });
  }
  return faults;
}

/** Those of the file itself: code may have been refused for a fault in a file that it imports. */
export function faultsIn(faults: readonly LoadFault[], path: string): LoadFault[] {
  return faults.filter(({ file }) => file === null || file === path);
}

/** The faults for which a save was refused, and what else the error says. */
export function savedFaults(error: {
  message: string;
  data?: { details?: { path: string; message: string }[] } | null | undefined;
}): LoadFault[] {
  const details = error.data?.details ?? [];
  const placed = details.flatMap((detail) => {
    const whole = loadFaults(`${detail.path} ${detail.message}`);
    const own = loadFaults(detail.message);
    return LINE.test(detail.message) ? own : LINE.test(`${detail.path} ${detail.message}`) ? whole : [];
  });
  if (placed.length > 0) return placed;
  return error.message.split("\n").some((line) => LINE.test(line.trim())) ? loadFaults(error.message) : [];
}
