import { withMarks } from "../lib/marks";
import { cx } from "./cx";
import { splitFileName } from "./file-name";

/**
 * A file name fitted to the available width by cutting its middle. Both parts are isolated, so that
 * right-to-left characters cannot disguise the extension.
 */
export function FileNameText({ name, className }: { name: string; className?: string }) {
  const { start, end } = splitFileName(withMarks(name));
  return (
    <span title={withMarks(name)} className={cx("flex max-w-full min-w-0", className)}>
      <bdi className="sr-only">{start + end}</bdi>
      <bdi aria-hidden className="min-w-0 truncate whitespace-pre">
        {start}
      </bdi>
      <bdi aria-hidden className="shrink-0 whitespace-pre">
        {end}
      </bdi>
    </span>
  );
}
