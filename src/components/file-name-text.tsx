import { withMarks } from "../lib/marks";
import { cx } from "./cx";
import { splitFileName } from "./file-name";

/**
 * A file's name in as much room as there is, cut in the middle. Each part is isolated, so that marks for
 * writing from right to left turn nothing else around and the extension is what it is.
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
