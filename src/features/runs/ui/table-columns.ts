import type { RunOrder } from "../orders";

interface Column {
  label: string;
  width: string;
  /** The two orders by this column, the first as the first press gives it. */
  orders?: readonly [RunOrder, RunOrder];
  right?: true;
}

/** Columns of the runs table that can be chosen, in their order. The name is always there. */
export const COLUMNS = {
  definition: { label: "Definition", width: "minmax(0,1.2fr)" },
  now: { label: "Now", width: "minmax(0,1.3fr)" },
  labels: { label: "Labels", width: "minmax(0,1fr)" },
  steps: { label: "Steps", width: "9.5rem" },
  who: { label: "Who", width: "7rem" },
  assignee: { label: "Assignee", width: "7rem" },
  trigger: { label: "Trigger", width: "6.5rem" },
  priority: { label: "Priority", width: "5rem", orders: ["-priority", "priority"] },
  took: { label: "Took", width: "4.5rem", orders: ["-duration", "duration"], right: true },
  ended: { label: "Ended", width: "4.5rem", orders: ["-ended", "ended"], right: true },
  created: { label: "Created", width: "4.5rem", orders: ["-created", "created"], right: true },
} as const satisfies Record<string, Column>;
export type ColumnId = keyof typeof COLUMNS;
export const COLUMN_IDS = Object.keys(COLUMNS) as ColumnId[];

const USUAL: readonly ColumnId[] = ["definition", "now", "steps", "who", "took", "created"];

/** The columns that the address names; the usual ones where it names none. */
export function columnsOf(text: string | null): readonly ColumnId[] {
  if (text === null) return USUAL;
  const named = text.split(",");
  return COLUMN_IDS.filter((id) => named.includes(id));
}

/** The columns as the address has them; null for the usual ones. */
export function columnsText(columns: readonly ColumnId[]): string | null {
  const text = COLUMN_IDS.filter((id) => columns.includes(id)).join(",");
  return text === USUAL.join(",") ? null : text || "none";
}

/** Widths for the table's head and rows, with a checkbox in front. */
export const gridOf = (columns: readonly ColumnId[]): string =>
  ["36px", "minmax(0,2.2fr)", ...columns.map((id) => COLUMNS[id].width), "28px"].join(" ");
