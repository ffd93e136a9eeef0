"use client";

import { ChevronRight } from "lucide-react";
import Link from "next/link";
import { type Ref, useState } from "react";
import { buttonClass } from "../../../components/button";
import { LIST_COLUMN } from "../../../components/use-list-navigation";
import { withMarks } from "../../../lib/marks";
import { StatusIcon } from "../../in-run/ui/status-icon";
import type { ColumnFacts as Column } from "./columns";
import { RunCard } from "./run-card";

/** Cards a column shows at first, and adds with each "show more". */
const PAGE = 40;

export function BoardColumn({
  column,
  root,
  withDefinition,
  tableSearch,
  ref,
}: {
  column: Column;
  /** URL path of the project. */
  root: string;
  withDefinition: boolean;
  /** The board's filters as a query string for the runs table, without a status. */
  tableSearch: string;
  ref?: Ref<HTMLElement>;
}) {
  const [limit, setLimit] = useState(PAGE);
  const { runs, title, status, hint, door } = column;
  const total = column.total ?? runs.length;
  const rest = Math.min(runs.length, limit) < runs.length ? runs.length - limit : 0;
  const beyond = door !== null && total > runs.length;
  return (
    <section
      ref={ref}
      aria-label={withMarks(`${title}, ${total} ${total === 1 ? "run" : "runs"}`)}
      className="flex min-h-0 min-w-60 flex-1 basis-64 snap-start flex-col border-r border-line last:border-r-0 max-md:w-[calc(100vw-2.5rem)] max-md:flex-none"
    >
      <header className="flex h-9 shrink-0 items-center gap-2 px-3">
        {status ? <StatusIcon status={status} decorative className="!animate-none" /> : null}
        <h2 className="min-w-0 truncate text-list font-medium">{withMarks(title)}</h2>
        <span className="text-meta text-faint">{total.toLocaleString("en")}</span>
      </header>
      <div
        {...LIST_COLUMN}
        className="flex min-h-0 flex-1 flex-col gap-2 overflow-y-auto overscroll-y-contain px-2 pt-0.5 pb-4"
      >
        {runs.length === 0 ? (
          <p className="px-1 pt-1 text-meta text-pretty text-faint">{hint}</p>
        ) : (
          runs
            .slice(0, limit)
            .map((run) => (
              <RunCard
                key={run.id}
                run={run}
                href={`${root}/runs/${run.id}`}
                withDefinition={withDefinition}
              />
            ))
        )}
        {rest > 0 ? (
          <button
            type="button"
            onClick={() => setLimit(limit + PAGE)}
            className={buttonClass("ghost", "w-full")}
          >
            Show {Math.min(rest, PAGE)} more
          </button>
        ) : beyond ? (
          <Link href={`${root}/runs${tableSearch}${door}`} className={buttonClass("ghost", "w-full")}>
            All {total.toLocaleString("en")} {title.toLowerCase()}
            <ChevronRight aria-hidden size={14} />
          </Link>
        ) : null}
      </div>
    </section>
  );
}
