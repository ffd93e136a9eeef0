import type { LineRange } from "./line-range";

/** What people say of a log's lines, as the log marks it beside them. */
export interface LogNotes {
  /** What begins at a line; undefined: nothing. */
  at: (line: number) => LogNote | undefined;
  /** Something open is said of this line. */
  covers: (line: number) => boolean;
  /** Shows what is said of a line. */
  onShow: (line: number) => void;
  /** Begins to say something of these lines. Absent for who may not. */
  onSay?: (range: LineRange, quote: string) => void;
}

export interface LogNote {
  /** How many threads. */
  count: number;
  open: boolean;
}
