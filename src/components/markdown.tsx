"use client";

import "./markdown.css";
import { lazy, Suspense } from "react";
import { withMarks } from "../lib/marks";
import { cx } from "./cx";
import type { MarkdownProps } from "./markdown-body";

/** The text as it was written. */
function Source({ text, className }: MarkdownProps) {
  return <div className={cx("markdown whitespace-pre-wrap", className)}>{withMarks(text)}</div>;
}

/** Loaded where there is Markdown to show; where that fails, its source is readable too. */
const Body = lazy(() =>
  import("./markdown-body").then(
    (part) => ({ default: part.MarkdownBody }),
    () => ({ default: Source }),
  ),
);

/**
 * Renders Markdown with tables, task lists and bare links. HTML is shown as text. An image is shown only if
 * `imageOf` returns a URL, else as a link, so that reading a text sends no request to other servers.
 */
export function Markdown(props: MarkdownProps) {
  return (
    <Suspense fallback={<Source {...props} className={cx("animate-late", props.className)} />}>
      <Body {...props} />
    </Suspense>
  );
}
