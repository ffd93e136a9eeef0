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
 * One row. With `href` the whole row is a link, except for the controls in `end`; `title` is the link's text.
 */
export function ListRow({
  href,
  title,
  start,
  children,
  end,
  className,
}: {
  href?: string;
  title: ReactNode;
  start?: ReactNode;
  /** Facts between the title and `end`. */
  children?: ReactNode;
  end?: ReactNode;
  className?: string;
}) {
  return (
    <li
      className={cx(
        "group relative flex min-h-10 items-center gap-x-3 px-4 py-1.5 transition-colors pointer-coarse:min-h-12",
        href && "hover:bg-hover has-[[data-list-item]:focus-visible]:bg-hover",
        className,
      )}
    >
      {start}
      {href ? (
        <Link
          {...LIST_ITEM}
          href={href}
          className="min-w-0 max-w-[calc(100%-7rem)] truncate font-medium outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-focus"
        >
          {withMarks(title)}
        </Link>
      ) : (
        <span {...LIST_ITEM} tabIndex={-1} className="min-w-0 max-w-[calc(100%-7rem)] truncate font-medium">
          {withMarks(title)}
        </span>
      )}
      {children}
      {end ? <div className="relative ml-auto flex shrink-0 items-center gap-2">{end}</div> : null}
    </li>
  );
}
