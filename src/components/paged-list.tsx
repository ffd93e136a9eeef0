"use client";

import type { ReactNode } from "react";
import { List } from "./list";
import { type Query, QueryView } from "./query-view";
import { ShowMore } from "./show-more";
import { SkeletonRows } from "./skeleton";
import { moreOf, type Paged } from "./use-more";

type PagedQuery<T> = Query<{ pages: { items: T[] }[] }> & Paged;

/** A list that is read page by page: its skeleton, its rows with a button for more, what stands where there is none. */
export function PagedList<T>({
  query,
  label,
  noun,
  rows = 3,
  empty,
  children,
}: {
  query: PagedQuery<T>;
  label: string;
  /** What the rows are, in the plural: "projects". */
  noun: string;
  /** Rows of the skeleton. */
  rows?: number;
  empty: ReactNode;
  /** One row, a `ListRow` with a key. */
  children: (item: T) => ReactNode;
}) {
  return (
    <QueryView query={query} skeleton={<SkeletonRows rows={rows} label={`Loading the ${noun}`} />}>
      {({ pages }) => {
        const items = pages.flatMap((page) => page.items);
        if (items.length === 0) return empty;
        return (
          <>
            <List label={label}>{items.map(children)}</List>
            <ShowMore more={moreOf(query)}>Show more {noun}</ShowMore>
          </>
        );
      }}
    </QueryView>
  );
}
