"use client";

import { type ReactNode, useState } from "react";
import { cx } from "../../../components/cx";
import { ShowMore } from "../../../components/show-more";
import { SkeletonRows } from "../../../components/skeleton";
import { withMarks } from "../../../lib/marks";
import { differs } from "./sections";

/** Rows that a section shows at first, and with each press more. */
const MANY = 40;

/** A row as the table shows it. */
export interface ShownRow {
  id: string;
  label: ReactNode;
  /** Equal for runs that are alike. */
  keys: readonly (string | null)[];
  /** What stands in the column of the run at this place. */
  cell: (at: number) => ReactNode;
}

export interface ShownSection {
  title: string;
  rows: readonly ShownRow[];
  /** What is to be known of it, such as what is left out. */
  note?: ReactNode;
  loading?: boolean;
  /** Said where it has no rows at all. */
  empty: string;
}

/**
 * Runs side by side: columns are runs, rows what is compared. On a phone two columns are left, and a row's name stands above
 * its cells; `other` is the second of them.
 */
export function CompareTable({
  heads,
  other,
  sections,
  onlyDiffering,
}: {
  heads: readonly { id: string; head: ReactNode }[];
  other: number;
  sections: readonly ShownSection[];
  onlyDiffering: boolean;
}) {
  const width = { minWidth: `calc(14rem + ${heads.length} * 13rem)` };
  return (
    <section
      aria-label="Comparison"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      className="min-h-0 flex-1 overflow-auto outline-offset-[-2px]"
    >
      <table
        style={width}
        className="w-full border-separate border-spacing-0 text-list max-md:block max-md:min-w-0! md:table-fixed"
      >
        <thead className="max-md:sticky max-md:top-0 max-md:z-20 max-md:block">
          <tr className="max-md:grid max-md:grid-cols-2">
            <th
              scope="col"
              className="sticky top-0 left-0 z-30 w-56 border-r border-b border-line bg-canvas max-md:hidden"
            >
              <span className="sr-only">What is compared</span>
            </th>
            {heads.map(({ id, head }, at) => (
              <th
                key={id}
                scope="col"
                className={cx(
                  "border-b border-line bg-canvas p-2 text-left align-top font-normal max-md:px-4 md:sticky md:top-0 md:z-20",
                  columnClass(at, other),
                )}
              >
                {head}
              </th>
            ))}
          </tr>
        </thead>
        {sections.map((section) => (
          <Section
            key={section.title}
            section={section}
            columns={heads.map(({ id }) => id)}
            other={other}
            onlyDiffering={onlyDiffering}
          />
        ))}
      </table>
    </section>
  );
}

const columnClass = (at: number, other: number) => (at === 0 || at === other ? null : "max-md:hidden");

function Section({
  section: { title, rows, note, loading = false, empty },
  columns,
  other,
  onlyDiffering,
}: {
  section: ShownSection;
  columns: readonly string[];
  other: number;
  onlyDiffering: boolean;
}) {
  const [most, setMost] = useState(MANY);
  const differing = rows.filter(differs);
  const shown = onlyDiffering ? differing : rows;
  const count =
    rows.length === 0 || columns.length < 2
      ? null
      : differing.length === 0
        ? "nothing differs"
        : `${differing.length.toLocaleString("en")} of ${rows.length.toLocaleString("en")} ${differing.length === 1 ? "differs" : "differ"}`;
  const wide = "col-span-full max-md:block";
  return (
    <tbody className="max-md:block">
      <tr className="max-md:block">
        <th
          scope="rowgroup"
          colSpan={columns.length + 1}
          className={`${wide} border-b border-line bg-sunken px-4 py-1.5 text-left font-normal`}
        >
          <div className="left-4 inline-flex items-baseline gap-2 md:sticky">
            <h2 className="font-medium">{withMarks(title)}</h2>
            {count === null ? null : <span className="text-meta text-muted">{count}</span>}
          </div>
          {note ? <span className="mt-0.5 block text-meta text-pretty text-muted">{note}</span> : null}
        </th>
      </tr>
      {shown.slice(0, most).map((row) => (
        <CompareRow key={row.id} row={row} columns={columns} other={other} />
      ))}
      {loading || rows.length === 0 || shown.length > most ? (
        <tr className="max-md:block">
          <td colSpan={columns.length + 1} className={`${wide} border-b border-line text-faint`}>
            {loading ? (
              <SkeletonRows rows={3} label={`Loading: ${title.toLowerCase()}`} />
            ) : rows.length === 0 ? (
              <span className="block px-4 py-2">{empty}</span>
            ) : (
              <ShowMore more={{ busy: false, load: () => setMost(most + 4 * MANY) }}>
                {`Show more of ${(shown.length - most).toLocaleString("en")} rows`}
              </ShowMore>
            )}
          </td>
        </tr>
      ) : null}
    </tbody>
  );
}

function CompareRow({
  row: { label, keys, cell },
  columns,
  other,
}: {
  row: ShownRow;
  columns: readonly string[];
  other: number;
}) {
  return (
    <tr className="group max-md:grid max-md:grid-cols-2 max-md:border-b max-md:border-line">
      <th
        scope="row"
        className="bg-canvas px-4 py-1.5 text-left align-top font-normal text-muted wrap-anywhere max-md:col-span-2 max-md:pb-0 max-md:text-meta md:sticky md:left-0 md:z-10 md:border-r md:border-b md:border-line md:group-hover:bg-hover"
      >
        {label}
      </th>
      {columns.map((id, at) => {
        const isOther = at > 0 && keys[at] !== keys[0];
        return (
          <td
            key={id}
            className={cx(
              "min-w-0 px-2 py-1.5 align-top max-md:px-4 md:border-b md:border-line",
              isOther ? "bg-accent-soft" : "md:group-hover:bg-hover",
              columnClass(at, other),
            )}
          >
            {isOther ? <span className="sr-only">Differs: </span> : null}
            {cell(at)}
          </td>
        );
      })}
    </tr>
  );
}
