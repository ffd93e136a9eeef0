"use client";

import Link from "next/link";
import type { ReactNode } from "react";
import { withMarks } from "../lib/marks";
import { cx } from "./cx";
import { LIST_ITEM, useListNavigation } from "./use-list-navigation";

/** Rows separated by thin lines; J and K move between them. Put `ListRow`s inside. */
export function List({
  label,
  className,
  children,
}: {
  label: string;
  className?: string;
  children: ReactNode;
}) {
  const ref = useListNavigation<HTMLUListElement>();
  return (
    <ul ref={ref} aria-label={withMarks(label)} className={cx("divide-y divide-line", className)}>
      {children}
    </ul>
  );
}

/**
 * One row. With `href` the whole row is a link, except for the controls in `end`; `title` is the link's text. `stacked`:
 * on a phone the facts have a line of their own below the title.
 */
export function ListRow({
  href,
  title,
  start,
  children,
  end,
  stacked = false,
  className,
}: {
  href?: string;
  title: ReactNode;
  start?: ReactNode;
  /** Facts between the title and `end`. */
  children?: ReactNode;
  end?: ReactNode;
  stacked?: boolean;
  className?: string;
}) {
  const room = stacked
    ? "max-w-[calc(100%-7rem)] max-sm:max-w-none max-sm:flex-1 max-sm:basis-0"
    : "max-w-[calc(100%-7rem)]";
  return (
    <li
      className={cx(
        "group relative flex min-h-10 items-center gap-x-3 px-4 py-1.5 transition-colors pointer-coarse:min-h-12",
        stacked && "max-sm:flex-wrap max-sm:py-2",
        href && "hover:bg-hover has-[[data-list-item]:focus-visible]:bg-hover",
        className,
      )}
    >
      {start}
      {href ? (
        <Link
          {...LIST_ITEM}
          href={href}
          className={cx(
            "min-w-0 truncate font-medium outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-focus",
            room,
          )}
        >
          {withMarks(title)}
        </Link>
      ) : (
        <span {...LIST_ITEM} tabIndex={-1} className={cx("min-w-0 truncate font-medium", room)}>
          {withMarks(title)}
        </span>
      )}
      {stacked && children ? (
        <div
          className={cx(
            "contents max-sm:order-last max-sm:flex max-sm:min-w-0 max-sm:basis-full max-sm:flex-wrap max-sm:items-center max-sm:gap-x-2 max-sm:gap-y-1",
            start ? "max-sm:pl-9" : null,
          )}
        >
          {children}
        </div>
      ) : (
        children
      )}
      {end ? <div className="relative ml-auto flex shrink-0 items-center gap-2">{end}</div> : null}
    </li>
  );
}
