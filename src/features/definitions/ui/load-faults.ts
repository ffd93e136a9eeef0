/** A fault of a definition's file as `load_error` and refused saves tell it: `file:line:column message`. */
export interface LoadFault {
  file: string | null;
  line: number;
  column: number;
  message: string;
}

const LINE = /^(?:(.*?):)?(\d+):(\d+):?\s+(.+)$/;

/** Reads the faults out of a text of lines; lines that name no place are at 1:1. */
export function loadFaults(text: string | null | undefined): LoadFault[] {
  return (text ?? "")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const found = LINE.exec(line.trim());
      return found
        ? {
            file: found[1] || null,
            line: Number(found[2]),
            column: Number(found[3]),
            message: found[4] ?? "",
          }
        : { file: null, line: 1, column: 1, message: line.trim() };
    });
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
