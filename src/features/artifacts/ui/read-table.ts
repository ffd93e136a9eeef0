import Papa from "papaparse";

/** Columns that are shown at most. */
const MAX_COLUMNS = 200;
/** Rows by which the width of columns is chosen. */
const MEASURED_ROWS = 200;
const NARROW = 6;
const WIDE = 40;

export interface Table {
  /** Names of the columns, from the first row. */
  head: string[];
  rows: string[][];
  /** Widths of the columns in characters. */
  widths: number[];
  /** Columns that are not shown. */
  left_out: number;
}

/** Reads CSV or TSV; null where there is not even one row. */
export function readTable(text: string, name: string): Table | null {
  const { data } = Papa.parse<string[]>(text.replace(/^\uFEFF/, ""), {
    skipEmptyLines: "greedy",
    ...(/\.tsv$/i.test(name) ? { delimiter: "\t" } : { delimitersToGuess: [",", ";", "\t", "|"] }),
  });
  const [first, ...rest] = data;
  if (!first) return null;
  const all = rest.reduce((most, row) => Math.max(most, row.length), first.length);
  const count = Math.min(all, MAX_COLUMNS);
  const columns = Array.from({ length: count }, (_, at) => at);
  const measured = rest.slice(0, MEASURED_ROWS);
  return {
    head: columns.map((at) => first[at] ?? ""),
    rows: rest,
    widths: columns.map((at) => {
      const longest = measured.reduce((most, row) => Math.max(most, row[at]?.length ?? 0), 0);
      return Math.min(WIDE, Math.max(NARROW, longest, (first[at] ?? "").length + 3));
    }),
    left_out: all - count,
  };
}

export interface Order {
  column: number;
  descends: boolean;
}

/** The rows in this order: numbers by value where both are numbers, what is empty last. */
export function sortRows(rows: readonly string[][], order: Order | null): readonly string[][] {
  if (!order) return rows;
  const { column, descends } = order;
  const words = new Intl.Collator(undefined, { numeric: true });
  return rows.toSorted((a, b) => {
    const [left = "", right = ""] = [a[column], b[column]];
    if (left === "" || right === "") return Number(left === "") - Number(right === "");
    const [x, y] = [Number(left), Number(right)];
    const by = Number.isNaN(x) || Number.isNaN(y) ? words.compare(left, right) : x - y;
    return descends ? -by : by;
  });
}
